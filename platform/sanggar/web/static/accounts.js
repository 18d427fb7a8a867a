/* Passwords that can be shown, and passkeys. Everything else about accounts works without it. */
(function () {
  "use strict";
  document.querySelectorAll("[data-reveal]").forEach(function (button) {
    var input = document.getElementById(button.dataset.reveal), show = button.textContent;
    if (!input) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var shown = input.type === "password";
      input.type = shown ? "text" : "password";
      button.textContent = shown ? button.dataset.hide : show;
      button.setAttribute("aria-pressed", String(shown));
    });
    if (input.form) input.form.addEventListener("submit", function () { input.type = "password"; });
  });

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }
  function text(buffer) {
    var plain = "";
    new Uint8Array(buffer).forEach(function (b) { plain += String.fromCharCode(b); });
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  }
  function read(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    ["excludeCredentials", "allowCredentials"].forEach(function (list) {
      (options[list] || []).forEach(function (item) { item.id = bytes(item.id); });
    });
    return { publicKey: options };
  }
  function write(made) {
    var given = made.response, out = { clientDataJSON: text(given.clientDataJSON) };
    if (given.attestationObject) {
      out.attestationObject = text(given.attestationObject);
      out.transports = given.getTransports ? given.getTransports() : [];
    } else {
      out.authenticatorData = text(given.authenticatorData);
      out.signature = text(given.signature);
      out.userHandle = given.userHandle ? text(given.userHandle) : null;
    }
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: out });
  }
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    var box = form.querySelector("[data-passkey-error]"), busy = false;
    function fail() { busy = false; if (box) { box.hidden = false; box.textContent = form.dataset.failed; } }
    function start() {
      if (busy) return;
      if (!navigator.credentials || !window.PublicKeyCredential) return fail();
      busy = true;
      if (box) box.hidden = true;
      navigator.credentials[form.dataset.passkey](read(JSON.parse(form.dataset.options)))
        .then(function (made) { form.elements.credential.value = write(made); form.submit(); })
        .catch(fail);
    }
    form.addEventListener("submit", function (event) { event.preventDefault(); start(); });
    start();
  });
})();
