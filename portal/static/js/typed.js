// Keeps what is typed into a draft every few seconds and on leaving the page. Sending the form itself goes first: what
// comes late from here is refused by the version of the draft. Without this file the draft is kept at every step.
(() => {
  "use strict";
  const PAUSE_MS = 3000;
  const LONGEST_PAUSE_MS = 60000;
  let saved = body();
  let timer = 0;
  let going = null;
  let pause = PAUSE_MS;
  let isSent = false;

  document.addEventListener("input", soon);
  document.addEventListener("change", soon);
  document.addEventListener("submit", ({ target }) => {
    if (target !== form()) return save(true);
    isSent = true;
    going?.abort();
  }, { capture: true });
  // The form came back, or never got away.
  for (const name of ["htmx:after:swap", "htmx:error"]) document.addEventListener(name, () => {
    isSent = false;
    soon();
  });
  addEventListener("online", save);
  addEventListener("pagehide", () => save(true));
  document.addEventListener("visibilitychange", () => document.hidden && save(true));

  function form() {
    return document.querySelector("form[data-typed]");
  }

  function body() {
    return form() ? new URLSearchParams(new FormData(form())).toString() : "";
  }

  function soon() {
    timer ||= setTimeout(save, pause);
  }

  async function save(isLeaving) {
    clearTimeout(timer);
    timer = 0;
    const typed = body();
    if (isSent || !typed || typed === saved) return;
    if (going && isLeaving !== true) return soon();
    going?.abort();
    const mine = going = new AbortController();
    const headers = { "Content-Type": "application/x-www-form-urlencoded", "X-Requested-With": "typed" };
    const sending = { method: "POST", body: typed, headers, keepalive: isLeaving === true, signal: mine.signal };
    const answer = await fetch(form().dataset.typed, sending).catch(() => null);
    if (going === mine) going = null;
    if (mine.signal.aborted) return;
    if (!answer || answer.status >= 500) {
      say("lost");
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      return soon();
    }
    pause = PAUSE_MS;
    // Signed out, sent from another window, or nothing a draft can hold: the form itself says so.
    if (answer.status !== 204) return say("");
    saved = typed;
    say("kept");
    const there = answer.headers.get("Content-Location");
    if (there) history.replaceState(history.state, "", there);
    if (body() !== typed) soon();
  }

  function say(what) {
    const place = document.querySelector("[data-typed-said]");
    const words = place?.dataset[what] || "";
    if (place && place.textContent !== words) place.textContent = words;
  }
})();
