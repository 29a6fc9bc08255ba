// Starts htmx once the page stands still or is first touched, and says what its answers cannot.
// Every page works without this file.
(() => {
  "use strict";
  const source = document.currentScript.dataset.htmx;
  // Answers of these kinds leave the page as it is; a notice says what happened.
  const noSwap = [204, 304, "400", "403", "404", "413", "429", "5xx"];
  const touches = ["pointerdown", "touchstart", "keydown", "focusin"];
  const config = { history: "reload", includeIndicatorCSS: false, defaultSwap: "outerHTML", noSwap };

  function start() {
    for (const touch of touches) removeEventListener(touch, start, true);
    if (window.htmx || document.querySelector("meta[name=htmx-config]")) return;
    if (!document.querySelector("[hx-get], [hx-post]")) return;
    const meta = document.createElement("meta");
    meta.name = "htmx-config";
    meta.content = JSON.stringify(config);
    const script = document.createElement("script");
    script.src = source;
    document.head.append(meta, script);
  }

  function say(what) {
    const box = document.getElementById("word");
    const notice = box?.firstElementChild;
    if (!notice) return;
    const words = notice.querySelector("p");
    box.dataset.failed ??= words.textContent;
    words.textContent = box.dataset[what];
    notice.hidden = false;
  }

  function stays(status) {
    return status >= 400 && (status >= 500 || noSwap.includes(String(status)));
  }

  addEventListener("load", () => setTimeout(start));
  for (const touch of touches) addEventListener(touch, start, { capture: true, passive: true });

  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    const { status } = ctx.response;
    if (ctx.hx.redirect || !stays(status)) return;
    say({ 403: "stale", 404: "gone", 413: "large", 429: "often" }[status] || "failed");
  });

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx && !ctx.response) say("lost");
  });

  document.addEventListener("htmx:before:request", () => {
    const notice = document.getElementById("word")?.firstElementChild;
    if (notice) notice.hidden = true;
  });

  // The title says that a form failed, as it does when the whole page is sent.
  let prefix = "";
  document.addEventListener("htmx:after:swap", () => {
    const wrong = document.getElementById("wrong")?.dataset.title;
    if (prefix && document.title.startsWith(prefix)) document.title = document.title.slice(prefix.length);
    prefix = wrong ? `${wrong} ` : "";
    if (!document.title.startsWith(prefix)) document.title = prefix + document.title;
  });

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (close) close.parentElement.hidden = true;
  });

  document.addEventListener("change", ({ target }) => {
    if (target.dataset.reveal) reveal(target.dataset.reveal, target.checked);
  });

  function reveal(id, shown) {
    const field = document.getElementById(id);
    if (field) field.type = shown ? "text" : "password";
  }

  // A plain form in flight: its button shows the hatch, and a double tap sends once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    for (const box of form.querySelectorAll("[data-reveal]:checked")) reveal(box.dataset.reveal, false);
    if (event.defaultPrevented || form.method === "dialog") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => rest(form), 8000);
  });

  function rest(form) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }

  // Back from the browser's memory: nothing is in flight any more.
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    for (const form of document.forms) {
      rest(form);
      if (!form.classList.contains("htmx-request")) continue;
      form.classList.remove("htmx-request");
      for (const button of form.querySelectorAll("button:disabled")) button.disabled = false;
    }
  });
})();
