// Sends each chosen picture on its own as soon as it is chosen; the form then only names what has arrived.
// With data-upload-parts it goes in parts, which go on where the line broke off; what has not arrived is kept in the
// browser, also over a reload. Without this file the same form sends its pictures as plain multipart.
(() => {
  "use strict";
  const WIDTH = 1170;
  const SMALL_BYTES = 200 * 1024;
  // Width and quality, tried in turn until the picture is small enough; small print can be read in all of them.
  const STEPS = [[WIDTH, 0.82], [WIDTH, 0.7], [WIDTH, 0.55], [960, 0.45]];
  const AT_ONCE = 2;
  const TRY_SECONDS = 90;
  const MEGABYTE = 1024 * 1024;
  const PART = 256 * 1024;
  const LEAST_PART = 64 * 1024;
  const LONGEST_PAUSE = 60;
  const KEPT_MS = 7 * 86400e3;

  for (const form of document.querySelectorAll("form[data-upload]")) begin(form);

  function begin(form) {
    const input = form.querySelector("input[type=file]");
    const list = form.querySelector("[data-upload-list]");
    const rowOf = form.querySelector("template[data-upload-row]");
    const words = rowOf.dataset;
    const most = Number(form.dataset.uploadMax);
    const mostBytes = Number(form.dataset.uploadMaxMb) * MEGABYTE;
    const url = form.dataset.uploadUrl;
    const inParts = "uploadParts" in form.dataset;
    const box = inParts && openBox();
    const jobs = new Set();
    let held = null;

    input.addEventListener("change", () => {
      for (const file of input.files) add(file);
      // What goes up here must not go up again with the form.
      input.value = "";
    });

    list.addEventListener("click", (event) => {
      const remove = event.target.closest("[data-kept] button[name=remove]");
      if (remove) {
        event.preventDefault();
        return takeBack(remove);
      }
      const button = event.target.closest("[data-upload-drop], [data-upload-retry]");
      if (!button) return;
      const row = button.closest("li");
      const job = [...jobs].find((one) => one.row === row);
      if (button.hasAttribute("data-upload-retry")) return retry(job);
      if (job) end(job);
      job?.sending?.abort();
      row.remove();
      input.focus();
      settle();
    });

    // A button without a name goes on; it waits until the pictures have arrived, and lost ones are tried again first.
    form.addEventListener("submit", (event) => {
      if (event.submitter?.name || !jobs.size) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      held = event.submitter;
      held.setAttribute("aria-busy", "true");
      failed().forEach(retry);
    }, { capture: true });

    addEventListener("online", () => failed().forEach(retry));
    form.querySelector("[data-sheet]")?.addEventListener("click", ({ target }) => {
      document.head.append(
        Object.assign(document.createElement("link"), { rel: "stylesheet", href: target.dataset.sheet }),
        Object.assign(document.createElement("script"), { src: target.dataset.script }),
      );
    }, { once: true });
    // Signing out clears what is kept in the browser.
    document.addEventListener("submit", (event) => {
      if (jobs.size && event.target.action.endsWith("/sign-out") && !confirm(words.leaving)) event.preventDefault();
    }, { capture: true });
    count();
    if (box) restore();

    // What was chosen before a reload, a crash or a sign-in goes on; what nobody came back to is forgotten.
    async function restore() {
      for (const one of await box("readonly", (files) => files.getAll())) {
        if (one.since < Date.now() - KEPT_MS) box("readwrite", (files) => files.delete(one.key));
        else if (one.url === url) add(one.file, { ...one, ready: true, at: null });
      }
    }

    function add(file, earlier) {
      const row = rowOf.content.firstElementChild.cloneNode(true);
      const job = { file, row, key: newKey(), waiting: true, at: 0, pace: PART, tries: 0, ...earlier };
      row.querySelector("[data-name]").textContent = file.name;
      for (const hidden of row.querySelectorAll(".hidden")) hidden.textContent = ` ${file.name}`;
      list.append(row);
      if (!earlier && kept() + jobs.size >= most) return refuse(job, words.many);
      jobs.add(job);
      count();
      prepare(job).then(next);
    }

    function end(job) {
      jobs.delete(job);
      clearTimeout(job.pause);
      if (box) box("readwrite", (files) => files.delete(job.key));
    }

    async function prepare(job) {
      show(job, job.body || job.file);
      if (job.ready) return;
      try {
        [job.body, job.sha256] = await shrink(job.file);
      } catch {
        job.body = job.file;
      }
      if (job.body.size > mostBytes) return refuse(job, words.large);
      job.ready = true;
      if (!box) return;
      job.whole = await digest(job.body);
      const { key, file, body, sha256, whole } = job;
      await box("readwrite", (files) => files.put({ key, url, file, body, sha256, whole, since: Date.now() }));
    }

    // A kept picture goes on its own, so that others on their way are not cut off; where that fails, the form does it.
    async function takeBack(button) {
      const data = new FormData();
      data.set("csrf_token", form.elements.csrf_token.value);
      data.set("remove", button.value);
      const headers = { "X-Requested-With": "upload" };
      const answer = await fetch(url, { method: "POST", body: data, headers }).catch(() => null);
      if (!answer?.ok) return form.requestSubmit(button);
      button.closest("li").remove();
      input.focus();
      settle();
    }

    function next() {
      const going = [...jobs].filter((job) => job.sending).length;
      for (const job of [...jobs].filter((one) => one.ready && one.waiting && !one.failed).slice(0, Math.max(0, AT_ONCE - going))) send(job);
      settle();
    }

    function send(job) {
      const data = new FormData();
      data.set("csrf_token", form.elements.csrf_token.value);
      data.set("key", job.key);
      if (job.sha256) data.set("original_sha256", job.sha256);
      const from = job.at || 0;
      const part = inParts ? job.body.slice(from, from + job.pace) : job.body;
      if (inParts) {
        data.set("offset", from);
        data.set("total", job.body.size);
        data.set("sha256", job.whole || "");
        data.set("name", job.file.name);
      }
      // Where it is not known how far it came, that is asked first.
      if (job.at !== null) data.set("file", part, job.file.name);
      const request = new XMLHttpRequest();
      const bar = job.row.querySelector("progress");
      job.waiting = false;
      job.sending = request;
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        if (job.at === null) return;
        const done = from + (loaded / total) * part.size;
        bar.value = Math.round((done / job.body.size) * 100);
        const sent = done >= job.body.size;
        note(job, sent ? words.checking : words.progress.replace("{done}", size(done)).replace("{all}", size(job.body.size)));
      });
      request.addEventListener("loadend", () => {
        job.sending = null;
        answer(job, request);
        next();
      });
      request.open("POST", url);
      request.timeout = TRY_SECONDS * 1000;
      request.setRequestHeader("X-Requested-With", "upload");
      request.send(data);
    }

    function answer(job, request) {
      if (!jobs.has(job)) return;
      const redirect = request.status === 401 && request.getResponseHeader("HX-Redirect");
      const stands = request.getResponseHeader("Upload-Offset");
      if (redirect) location.assign(redirect);
      else if (stands !== null) goOn(job, Number(stands), request.status);
      else if ([404, 410].includes(request.status)) {
        end(job);
        job.row.remove();
      } else if ([200, 201, 422].includes(request.status)) replace(job, request.responseText);
      else fail(job);
    }

    function goOn(job, at, status) {
      // Told the same place twice: something is wrong, and waits a little.
      if (status === 409 && at === job.at) return fail(job);
      if (status === 202 && job.at !== null) job.pace = Math.min(job.pace * 2, MEGABYTE);
      Object.assign(job, { at, waiting: true, tries: status === 202 ? 0 : job.tries });
    }

    function replace(job, html) {
      const holder = document.createElement("template");
      holder.innerHTML = html;
      const row = holder.content.querySelector("li");
      if (!row) return fail(job);
      if (job.picture) URL.revokeObjectURL(job.picture);
      end(job);
      const id = row.querySelector("[name=remove]")?.value;
      if (id && list.querySelector(`[data-kept] [value="${id}"]`)) return job.row.remove();
      job.row.replaceWith(row);
      window.htmx?.process(row);
      tell(row.hasAttribute("data-kept") ? words.added : row.querySelector(".error")?.textContent, job);
    }

    function fail(job) {
      Object.assign(job, { failed: true, at: inParts ? null : 0, pace: Math.max(job.pace / 2, LEAST_PART) });
      job.pause = setTimeout(() => jobs.has(job) && job.failed && retry(job), Math.min(2 ** ++job.tries, LONGEST_PAUSE) * 1000);
      job.row.querySelector("progress").hidden = true;
      name(job, words.remove);
      job.row.querySelector("[data-upload-retry]").hidden = false;
      note(job, words.failed, true);
      tell(words.failed, job);
    }

    function retry(job) {
      clearTimeout(job.pause);
      Object.assign(job, { failed: false, waiting: true });
      name(job, words.stop);
      job.row.querySelector("progress").hidden = false;
      job.row.querySelector("[data-upload-retry]").hidden = true;
      note(job, words.waiting);
      next();
    }

    function refuse(job, message) {
      end(job);
      job.row.querySelector("progress").remove();
      name(job, words.remove);
      note(job, message, true);
      tell(message, job);
    }

    function settle() {
      count();
      if (!held || [...jobs].some((job) => !job.failed)) return;
      const submitter = held;
      held = null;
      submitter.removeAttribute("aria-busy");
      if (jobs.size) failed()[0].row.querySelector("[data-upload-retry]").focus();
      else form.requestSubmit(submitter);
    }

    function failed() {
      return [...jobs].filter((job) => job.failed);
    }

    function kept() {
      return list.querySelectorAll("[data-kept]").length;
    }

    function count() {
      const place = form.querySelector("[data-upload-count]");
      if (place) place.textContent = kept();
    }

    function name(job, word) {
      job.row.querySelector("[data-upload-drop]").firstChild.data = word;
    }

    function tell(message, job) {
      const place = form.querySelector("[data-upload-said]");
      if (place && message) place.textContent = `${job.file.name}: ${message}`;
    }

    function note(job, message, wrong = false) {
      const place = job.row.querySelector("[data-note]");
      place.textContent = message;
      place.className = wrong ? "error" : "small soft";
      // Without a preview the icon tells it too.
      const icon = job.row.querySelector(":scope > svg use");
      icon?.setAttribute("href", icon.getAttribute("href").replace(/#.*/, wrong ? "#alert" : "#image"));
    }

    function size(bytes) {
      return (bytes / MEGABYTE).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
    }
  }

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // A small shelf of files in the browser; where there is none, files live as long as the page.
  function openBox() {
    const opened = new Promise((done, fail) => {
      const asked = indexedDB.open("uploads", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "key" });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = fail;
    });
    return (mode, act) => opened.then((shelf) => new Promise((done, fail) => {
      const asked = act(shelf.transaction("files", mode).objectStore("files"));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = fail;
    })).catch(() => []);
  }

  // The picture is shown at once; what the browser cannot draw keeps its icon.
  function show(job, file) {
    const image = new Image();
    image.className = "thumb";
    image.alt = "";
    image.width = 56;
    image.height = 72;
    job.picture = URL.createObjectURL(file);
    image.addEventListener("load", () => job.row.firstElementChild?.replaceWith(image));
    image.src = job.picture;
  }

  // Gives what to send and, when that is not the original, the original's digest.
  async function shrink(file) {
    if (!/^image\/(png|jpeg|webp)$/.test(file.type)) return [file];
    const picture = await decode(file);
    if (picture.naturalWidth <= WIDTH && file.size <= SMALL_BYTES) return [file];
    let canvas = null;
    let drawn = 0;
    let smaller = null;
    for (const [width, quality] of STEPS) {
      if (width !== drawn) canvas = draw(picture, drawn = width);
      smaller = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (!smaller || smaller.size <= SMALL_BYTES) break;
    }
    if (!smaller || smaller.size >= file.size) return [file];
    return [smaller, await digest(file)];
  }

  function draw(picture, width) {
    const scale = Math.min(1, width / picture.naturalWidth);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return canvas;
  }

  async function decode(file) {
    const picture = new Image();
    picture.src = URL.createObjectURL(file);
    try {
      await picture.decode();
    } finally {
      URL.revokeObjectURL(picture.src);
    }
    return picture;
  }

  // Only a secure page may hash; without it the server goes by what it gets.
  async function digest(file) {
    if (!crypto.subtle) return "";
    const bytes = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
})();
