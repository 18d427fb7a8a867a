/* Files are sent as soon as they are chosen, photos made smaller before; without this file a button does it.
   <div id="x" data-upload> holds <input type="file" data-send="more" [data-shrink="1600"]>, [data-status]
   and the button that is then needless; the server's answer brings the same element anew. */
(function () {
  "use strict";
  var doc = document;

  function shrink(file, edge) {
    if (!edge || !/^image\/(jpeg|png|webp)$/.test(file.type) || !window.createImageBitmap) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: "from-image" }).then(function (picture) {
      var scale = Math.min(1, edge / Math.max(picture.width, picture.height));
      var canvas = doc.createElement("canvas"), pen = canvas.getContext("2d");
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      return new Promise(function (done) {
        canvas.toBlob(function (blob) {
          var smaller = blob && blob.size < file.size;
          done(smaller ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file);
        }, "image/jpeg", 0.82);
      });
    }).catch(function () { return file; });  /* not a picture this browser reads: the server says what it is */
  }

  function send(box, input, files) {
    var form = input.form, data = new FormData(form), status = box.querySelector("[data-status]");
    var request = new XMLHttpRequest();
    data.delete(input.name);
    files.forEach(function (file) { data.append(input.name, file, file.name); });
    data.append(input.dataset.send, "1");
    request.open("POST", form.dataset.uploadTo || form.action);
    request.upload.onprogress = function (event) {
      if (event.lengthComputable) status.textContent = status.dataset.sending.replace("{n}", Math.round(100 * event.loaded / event.total));
    };
    request.onload = function () {
      var page = new DOMParser().parseFromString(request.responseText, "text/html");
      var fresh = page.getElementById(box.id);
      if (!fresh) { status.textContent = doc.body.dataset.broken; input.value = ""; return; }
      box.replaceWith(fresh);
      bind(fresh);
      (fresh.querySelector("input[type=file]") || fresh).focus();
    };
    request.onerror = function () { status.textContent = doc.body.dataset.offline; input.value = ""; };
    request.send(data);
  }

  function bind(box) {
    var input = box.querySelector("input[type=file][data-send]");
    if (!input) return;
    var button = box.querySelector('button[name="' + input.dataset.send + '"]');
    if (button) button.hidden = true;
    input.addEventListener("change", function () {
      var status = box.querySelector("[data-status]"), edge = Number(input.dataset.shrink);
      if (!input.files.length) return;
      if (edge) status.textContent = status.dataset.making;
      Promise.all(Array.from(input.files, function (file) { return shrink(file, edge); }))
        .then(function (files) { send(box, input, files); });
    });
  }
  doc.querySelectorAll("[data-upload]").forEach(bind);
})();
