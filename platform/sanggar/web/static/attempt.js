/* Exams: answers are saved when given, kept on the device while there is no signal and sent by
   themselves; a calm clock in words. Every page works without this file. */
(function () {
  "use strict";
  var doc = document, MAX_WAIT = 30000, HELD = 15000;

  /* ---- choosing files: sizes before anything is sent ------------------------------------- */
  var upload = doc.querySelector("form[data-upload]");
  if (upload) {
    var input = upload.querySelector("input[type=file]"), told = doc.getElementById("files-chosen");
    var say = JSON.parse(upload.dataset.words);
    input.addEventListener("change", function () {
      var files = Array.prototype.slice.call(input.files), total = 0, lines = [];
      files.forEach(function (file) {
        total += file.size;
        if (file.size > +upload.dataset.maxFile) {
          lines.push(fill(say.large, { name: file.name, size: mb(file.size), limit: mb(+upload.dataset.maxFile) }));
        }
      });
      if (files.length > +upload.dataset.maxFiles) lines.push(fill(say.many, { limit: upload.dataset.maxFiles }));
      if (total > +upload.dataset.maxRequest) {
        lines.push(fill(say.request, { size: mb(total), limit: mb(+upload.dataset.maxRequest) }));
      }
      if (!lines.length && files.length) lines.push(fill(say.chosen, { n: files.length, size: mb(total) }));
      told.textContent = lines.join(" ");
    });
  }
  function mb(bytes) {
    var value = bytes < 1e6 ? Math.max(1, Math.round(bytes / 1e3)) + " KB" : (bytes / 1e6).toFixed(1) + " MB";
    return doc.documentElement.lang === "id" ? value.replace(".", ",") : value;
  }
  function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_all, name) { return values[name]; });
  }

  /* ---- a break: other tabs hide their question too ------------------------------------------ */
  var rest = doc.getElementById("rest");
  if (rest) {
    try { localStorage.setItem("sanggar-" + rest.dataset.attempt + "-rest", String(Date.now())); } catch (error) { /* private mode */ }
  }

  /* ---- the attempt ------------------------------------------------------------------------ */
  function quiz() { return doc.getElementById("quiz"); }
  if (!quiz()) return;
  var token = quiz().dataset.attempt, words = JSON.parse(quiz().dataset.words);
  var key = "sanggar-" + token, busy = false, wait = 1000, timer = 0, typing = 0;
  var client = "j-" + Math.random().toString(36).slice(2, 12) + Date.now().toString(36);
  var clock = { left: 0, since: 0, at: 0, warned: false, over: false };
  var memory = {}, kept = "";

  function load(name, fallback) {
    try { return JSON.parse(localStorage.getItem(name)) || fallback; } catch (error) { return memory[name] || fallback; }
  }
  function store(name, value) {
    memory[name] = value;
    try { localStorage.setItem(name, JSON.stringify(value)); } catch (error) { /* private mode: memory keeps it */ }
  }
  function nextSeq() {
    var seq = Math.max(load(key + "-seq", 0), +(quiz() || { dataset: {} }).dataset.seq || 0) + 1;
    store(key + "-seq", seq);
    return seq;
  }
  function status(text) {
    var place = doc.getElementById("saved");
    if (place && text && place.textContent !== text) place.textContent = text;
  }
  function form() { return doc.getElementById("answer"); }
  function fields() {
    var pairs = [];
    new FormData(form()).forEach(function (value, name) {
      if (name.indexOf("answer") === 0 && typeof value === "string") pairs.push([name, value]);
    });
    return pairs;
  }

  /* Files cannot be kept for later: they go with the form, when a button is pressed. */
  function hasFiles() { return !!(form() && form().querySelector("input[type=file]")); }

  /* One waiting entry for each question: a newer answer takes the place of an older one. */
  function keep(seq, held) {
    var queue = load(key, []), position = +quiz().dataset.position;
    queue = queue.filter(function (entry) { return entry.position !== position; });
    queue.push({ position: position, url: form().action, seq: seq, client: client, fields: fields(), held: held || 0 });
    store(key, queue);
  }
  /* Entries that htmx is sending at this moment are left to it for a while. */
  function waiting() {
    return load(key, []).filter(function (entry) { return !(entry.held > Date.now() - HELD); });
  }
  function release() {
    store(key, load(key, []).map(function (entry) { entry.held = 0; return entry; }));
  }
  function drop(sent) {
    store(key, load(key, []).filter(function (e) { return e.seq !== sent.seq || e.client !== sent.client; }));
  }
  function csrf() {
    var input = doc.querySelector("input[name=csrf_token]");
    return input ? input.value : "";
  }
  function body(entry) {
    var data = new URLSearchParams();
    entry.fields.forEach(function (pair) { data.append(pair[0], pair[1]); });
    data.append("token", token);
    data.append("seq", entry.seq);
    data.append("client", entry.client);
    data.append("csrf_token", csrf());
    return data;
  }

  function flush() {
    var queue = waiting();
    if (busy || !queue.length) return Promise.resolve();
    busy = true;
    clearTimeout(timer);
    status(words.saving);
    var entry = queue[0];
    return fetch(entry.url, {
      method: "POST", body: body(entry), credentials: "same-origin", keepalive: true,
      headers: { "Accept": "application/json", "X-Requested-With": "attempt" }
    }).then(function (answer) {
      var json = (answer.headers.get("Content-Type") || "").indexOf("json") > 0;
      if (answer.redirected || answer.status === 401 || !json) throw new Error(answer.status >= 500 ? "busy" : "signin");
      return answer.json().then(function (data) { return { status: answer.status, data: data }; });
    }).then(function (got) {
      busy = false;
      wait = 1000;
      if (got.status === 429 || got.status >= 500) throw new Error("busy");
      drop(entry);
      if (got.data.ok) {
        store(key + "-seq", Math.max(load(key + "-seq", 0), got.data.seq));
        stand(got.data.paused);
        setClock(got.data.left);
        mark(entry);
        if (!waiting().length) status(got.data.saved);
        return flush();
      }
      status(got.data.error);
      if (got.data.url) setTimeout(function () { location.href = got.data.url; }, 4000);
      return flush();
    }).catch(function (error) {
      busy = false;
      status(error.message === "signin" ? words.signin : words.offline);
      timer = setTimeout(flush, wait);
      wait = Math.min(MAX_WAIT, wait * 2);
    });
  }
  function mark(entry) {
    var dot = doc.querySelector('.dots [value="' + entry.position + '"]');
    var filled = entry.fields.some(function (pair) { return pair[1] !== ""; });
    if (dot) dot.classList.toggle("done", filled);
  }
  function save() {
    clearTimeout(typing);
    typing = 0;
    if (!form() || hasFiles()) return;
    var text = quiz().dataset.position + JSON.stringify(fields());
    if (text !== kept) {
      kept = text;
      keep(nextSeq());
    }
    flush();
  }

  /* ---- what happens on the page ----------------------------------------------------------- */
  doc.addEventListener("change", function (event) {
    if (!event.target.closest || !event.target.closest("#answer")) return;
    swapPlaces(event.target);
    save();
  });
  doc.addEventListener("input", function (event) {
    if (!event.target.closest || !event.target.closest("#answer")) return;
    if (event.target.type === "radio" || event.target.type === "checkbox") return;
    clearTimeout(typing);
    typing = setTimeout(save, 1200);
  });
  /* Two steps cannot have the same place: the other one gets the place that became free. */
  function swapPlaces(select) {
    var order = select.closest("[data-order]");
    if (!order || select.tagName !== "SELECT") return;
    if (select.value) {
      order.querySelectorAll("select").forEach(function (other) {
        if (other !== select && other.value === select.value) other.value = select.dataset.was || "";
        other.dataset.was = other.value;
      });
    }
    select.dataset.was = select.value;
  }
  function remember() {
    doc.querySelectorAll("[data-order] select").forEach(function (select) { select.dataset.was = select.value; });
  }

  /* Next and previous: htmx sends the form; it carries the newest number of this tab. */
  doc.addEventListener("htmx:configRequest", function (event) {
    if (event.target.id !== "answer") return;
    clearTimeout(typing);
    var seq = nextSeq();
    if (!hasFiles()) keep(seq, Date.now()); // until the server has said yes
    event.detail.parameters.seq = seq;
    event.detail.parameters.client = client;
    // htmx does not see buttons that stand outside of their form: numbers, overview, a break
    var by = (event.detail.triggeringEvent || {}).submitter;
    if (by && by.name) event.detail.parameters[by.name] = by.value;
    event.detail.elt.dataset.seqSent = seq;
  });
  doc.addEventListener("htmx:afterRequest", function (event) {
    // the swap has taken the form away by now, so the event comes from above it: ask the request
    var asked = event.detail.requestConfig || event.detail, sent = asked.elt && asked.elt.dataset.seqSent;
    if (sent && event.detail.successful) drop({ seq: +sent, client: client });
    else if (sent && event.detail.xhr && event.detail.xhr.status === 409) location.href = quiz().dataset.result;
    else if (sent && hasFiles()) status(event.detail.xhr && event.detail.xhr.status === 413 ? words.large : words.files);
    else if (sent) { release(); status(words.offline); timer = setTimeout(flush, wait); }
  });
  doc.addEventListener("htmx:afterSettle", function () { arrive(true); });

  function arrive(moved) {
    var here = quiz();
    if (!here) return;
    remember();
    restore();
    setClock(+(doc.getElementById("clock") || { dataset: {} }).dataset.left || 0);
    if (moved) {
      var heading = here.querySelector("[data-focus]");
      if (heading) { doc.title = heading.textContent + " · Sanggar"; heading.focus({ preventScroll: true }); }
      window.scrollTo(0, 0);
    }
  }
  /* An answer that has not reached the server yet is still the answer. */
  function restore() {
    var position = +quiz().dataset.position;
    load(key, []).forEach(function (entry) {
      if (entry.position !== position || !form()) return;
      form().querySelectorAll("input[type=radio], input[type=checkbox]").forEach(function (box) {
        box.checked = entry.fields.some(function (p) { return p[0] === box.name && p[1] === box.value; });
      });
      entry.fields.forEach(function (pair) {
        var field = form().elements[pair[0]];
        if (field && "value" in field && !/radio|checkbox/.test(field.type || "radio")) field.value = pair[1];
      });
      status(words.offline);
    });
  }

  /* ---- the clock: the server's, told in words ---------------------------------------------- */
  function setClock(left) {
    clock.left = left;
    clock.since = performance.now();
    clock.at = Date.now();
    tick();
  }
  function remaining() {
    // a sleeping phone stops one of the two
    var passed = Math.max(performance.now() - clock.since, Date.now() - clock.at);
    return clock.left - passed / 1000;
  }
  /* While an outage lasts the clock stands still, and says so. */
  function stand(still) {
    var badge = doc.getElementById("clock");
    if (badge && still !== undefined && still !== ("paused" in badge.dataset)) location.reload();
  }
  function tick() {
    var badge = doc.getElementById("clock");
    if (!badge || "paused" in badge.dataset) return;
    var seconds = remaining(), minutes = Math.ceil(seconds / 60), text;
    if (seconds <= 0) text = words.up;
    else if (seconds < 60) text = words.last;
    else text = fill(minutes === 1 ? words.one : words.many, { n: minutes });
    var place = badge.querySelector("[data-clock]");
    if (place.textContent !== text) place.textContent = text;
    badge.classList.toggle("warn", seconds <= 300);
    if (seconds <= 300 && seconds > 240 && !clock.warned) {
      clock.warned = true;
      announce(words.soon);
    }
    if (seconds <= 0 && !clock.over) finish();
  }
  function announce(text) {
    var place = doc.getElementById("messages"), box = doc.createElement("div"), p = doc.createElement("p");
    if (!place) return;
    box.className = "message warn";
    p.textContent = text;
    box.appendChild(p);
    place.replaceChildren(box);
  }
  function finish() {
    clock.over = true;
    announce(words.closing);
    if (typing) save();
    var end = doc.getElementById("finish"), begun = Date.now();
    (function go() {
      if (load(key, []).length && Date.now() - begun < 20000) { flush(); setTimeout(go, 1000); return; }
      if (end && navigator.onLine !== false) end.submit();
      else setTimeout(go, 3000);
    })();
  }
  setInterval(tick, 1000);

  window.addEventListener("online", function () { wait = 1000; flush(); });
  doc.addEventListener("visibilitychange", function () {
    if (doc.hidden && typing) save();
    tick();
    flush();
  });
  window.addEventListener("storage", function (event) { if (event.key === key + "-rest") location.reload(); });
  window.addEventListener("pagehide", function () { if (typing) save(); });
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  arrive(false);
  flush();
})();
