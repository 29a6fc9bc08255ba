// Sends each chosen picture on its own as soon as it is chosen; the form then only names what has arrived.
// Without this file the same form sends its pictures as plain multipart.
(() => {
  "use strict";
  const WIDTH = 1170;
  const SMALL_BYTES = 200 * 1024;
  // Width and quality, tried in turn until the picture is small enough; small print can be read in all of them.
  const STEPS = [[WIDTH, 0.82], [WIDTH, 0.7], [WIDTH, 0.55], [960, 0.45]];
  const AT_ONCE = 2;
  const TRY_SECONDS = 90;
  const MEGABYTE = 1024 * 1024;

  for (const form of document.querySelectorAll("form[data-upload]")) begin(form);

  function begin(form) {
    const input = form.querySelector("input[type=file]");
    const list = form.querySelector("[data-upload-list]");
    const rowOf = form.querySelector("template[data-upload-row]");
    const words = rowOf.dataset;
    const most = Number(form.dataset.uploadMax);
    const mostBytes = Number(form.dataset.uploadMaxMb) * MEGABYTE;
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
      job?.sending?.abort();
      jobs.delete(job);
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
    count();

    function add(file) {
      const row = rowOf.content.firstElementChild.cloneNode(true);
      const job = { file, row, key: newKey(), waiting: true };
      row.querySelector("[data-name]").textContent = file.name;
      for (const hidden of row.querySelectorAll(".hidden")) hidden.textContent = ` ${file.name}`;
      list.append(row);
      if (kept() + jobs.size >= most) return refuse(job, words.many);
      jobs.add(job);
      count();
      prepare(job).then(next);
    }

    async function prepare(job) {
      show(job, job.file);
      try {
        [job.body, job.sha256] = await shrink(job.file);
      } catch {
        job.body = job.file;
      }
      if (job.body.size > mostBytes) refuse(job, words.large);
      else job.ready = true;
    }

    // A kept picture goes on its own, so that others on their way are not cut off; where that fails, the form does it.
    async function takeBack(button) {
      const data = new FormData();
      data.set("csrf_token", form.elements.csrf_token.value);
      data.set("remove", button.value);
      const headers = { "X-Requested-With": "upload" };
      const answer = await fetch(form.dataset.uploadUrl, { method: "POST", body: data, headers }).catch(() => null);
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
      data.set("file", job.body, job.file.name);
      const request = new XMLHttpRequest();
      const bar = job.row.querySelector("progress");
      job.waiting = false;
      job.sending = request;
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        bar.value = Math.round((loaded / total) * 100);
        note(job, words.progress.replace("{done}", size(loaded)).replace("{all}", size(total)));
      });
      request.addEventListener("loadend", () => {
        job.sending = null;
        answer(job, request);
        next();
      });
      request.open("POST", form.dataset.uploadUrl);
      request.timeout = TRY_SECONDS * 1000;
      request.setRequestHeader("X-Requested-With", "upload");
      request.send(data);
    }

    function answer(job, request) {
      if (!jobs.has(job)) return;
      const redirect = request.status === 401 && request.getResponseHeader("HX-Redirect");
      if (redirect) location.assign(redirect);
      else if ([200, 201, 422].includes(request.status)) replace(job, request.responseText);
      else fail(job);
    }

    function replace(job, html) {
      const holder = document.createElement("template");
      holder.innerHTML = html;
      const row = holder.content.querySelector("li");
      if (!row) return fail(job);
      if (job.picture) URL.revokeObjectURL(job.picture);
      jobs.delete(job);
      job.row.replaceWith(row);
      window.htmx?.process(row);
      tell(row.hasAttribute("data-kept") ? words.added : row.querySelector(".error")?.textContent, job);
    }

    function fail(job) {
      job.failed = true;
      job.row.querySelector("progress").hidden = true;
      name(job, words.remove);
      job.row.querySelector("[data-upload-retry]").hidden = false;
      note(job, words.failed, true);
      tell(words.failed, job);
    }

    function retry(job) {
      Object.assign(job, { failed: false, waiting: true });
      name(job, words.stop);
      job.row.querySelector("progress").hidden = false;
      job.row.querySelector("[data-upload-retry]").hidden = true;
      note(job, words.waiting);
      next();
    }

    function refuse(job, message) {
      jobs.delete(job);
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
