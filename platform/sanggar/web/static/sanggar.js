/* Progressive enhancement only: every page works without this file. */
(function () {
  "use strict";
  var doc = document, say = doc.getElementById("messages");
  var words = (doc.body && doc.body.dataset) || {};

  function message(text, kind) {
    if (!say || !text) return;
    var box = doc.createElement("div"), p = doc.createElement("p");
    box.className = "message " + (kind || "warn");
    p.textContent = text;
    box.appendChild(p);
    say.replaceChildren(box);
  }

  /* A form is sent once; the button says so. Coming back with the back button frees it again. */
  doc.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-again")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
    setTimeout(function () { free(form); }, 8000);
  });
  function free(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach(function (b) { b.removeAttribute("aria-busy"); });
  }
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) doc.querySelectorAll("form[data-sent]").forEach(free);
  });
  doc.addEventListener("htmx:afterRequest", function (event) {
    var form = event.target.closest && event.target.closest("form");
    if (form) free(form);
  });

  /* Autosave: <form data-autosave="/url"> with an element [data-autosave-status] inside. The server
     answers with the text to show ("Tersimpan 09.41"); without a signal it is tried again. */
  function autosave(form) {
    if (form.dataset.bound) return;
    form.dataset.bound = "1";
    var timer = 0, waiting = false, status = form.querySelector("[data-autosave-status]");
    function send() {
      clearTimeout(timer);
      waiting = true;
      fetch(form.dataset.autosave, {
        method: "POST", body: new FormData(form), credentials: "same-origin",
        headers: { "X-Requested-With": "autosave", "Accept": "text/plain" }, keepalive: true
      }).then(function (answer) {
        waiting = !answer.ok;
        return answer.ok ? answer.text() : Promise.reject(answer.status);
      }).then(function (text) {
        if (status) status.textContent = text;
      }).catch(function () {
        if (status) status.textContent = words.offline || "";
        timer = setTimeout(send, 7000);
      });
    }
    function later() { clearTimeout(timer); waiting = true; timer = setTimeout(send, 700); }
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    window.addEventListener("online", function () { if (waiting) send(); });
    doc.addEventListener("visibilitychange", function () { if (waiting && doc.hidden) send(); });
  }
  doc.querySelectorAll("form[data-autosave]").forEach(autosave);

  /* Marking: the keys 1 to 4 choose a level of the criterion that has the focus. */
  doc.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || !/^[1-4]$/.test(event.key)) return;
    var here = event.target.closest && event.target.closest("[data-levels]");
    if (!here || event.target.tagName === "TEXTAREA") return;
    var level = here.querySelector('input[type=radio][value="' + event.key + '"]');
    if (level) { level.checked = true; level.focus(); level.dispatchEvent(new Event("change", { bubbles: true })); }
  });

  /* Reading position: remembered by the heading last passed. */
  var reading = doc.querySelector("[data-position-url]");
  if (reading && "IntersectionObserver" in window) {
    var last = "", pending = 0, token = reading.dataset.token;
    var seen = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting || entry.target.id === last) return;
        last = entry.target.id;
        clearTimeout(pending);
        pending = setTimeout(function () {
          var data = new FormData();
          data.append("position", last);
          data.append("csrf_token", token);
          fetch(reading.dataset.positionUrl, { method: "POST", body: data, keepalive: true }).catch(function () {});
        }, 2500);
      });
    }, { rootMargin: "0px 0px -60% 0px" });
    reading.querySelectorAll("h2[id], h3[id]").forEach(function (heading) { seen.observe(heading); });
  }

  /* Copy and share buttons appear only where the browser can do it. */
  doc.querySelectorAll("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(button.dataset.copy).then(function () {
        message(button.dataset.done || "", "ok");
      });
    });
  });
  doc.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });

  /* htmx: an answer that was not made for this page must not be put into it. */
  doc.addEventListener("htmx:beforeSwap", function (event) {
    var xhr = event.detail.xhr;
    if (xhr.status >= 400 && xhr.status !== 422 && !xhr.getResponseHeader("HX-Retarget")) {
      event.detail.shouldSwap = false;
      message(words.broken, "error");
    }
  });
  doc.addEventListener("htmx:sendError", function () { message(words.offline, "warn"); });
  doc.addEventListener("htmx:afterSwap", function (event) {
    var bad = event.target.querySelector && event.target.querySelector("[aria-invalid=true]");
    if (bad) bad.focus();
    doc.querySelectorAll("form[data-autosave]").forEach(autosave);
  });

  /* The stylesheet came inside this page; fetch the file for the next ones and remember that it is here. */
  var sheet = doc.querySelector("style[data-mark]");
  if (sheet && window.fetch) window.addEventListener("load", function () {
    fetch(sheet.dataset.href).then(function (answer) {
      if (answer.ok) return answer.blob().then(function () {
        doc.cookie = "css=" + sheet.dataset.mark + "; path=/; max-age=31536000; samesite=lax";
      });
    }).catch(function () {});
  });
})();
