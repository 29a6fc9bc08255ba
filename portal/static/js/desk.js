// The keys of the desk: each presses what carries its letter in data-key, so that every key is a button too.
// j and k move along the rows of [data-rows]; Enter opens the row that is marked.
(() => {
  "use strict";
  const OFF = "portal-keys-off";
  const TYPED_INTO = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event);
    if (event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
    if (event.key === "Escape") return event.target.blur?.();
    if (event.target.matches(TYPED_INTO)) return;
    if (/^[jk]$/i.test(event.key)) return move(event, /j/i.test(event.key) ? 1 : -1);
    if (event.key === "Enter" && event.target === document.body) return open(event);
    press(event);
  });

  function press(event) {
    const key = event.key.toLowerCase();
    const wanted = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key.toLowerCase() === key);
    if (!wanted || wanted.disabled) return;
    event.preventDefault();
    if (wanted.matches(TYPED_INTO)) return wanted.focus();
    if (wanted.matches("details")) {
      wanted.open = !wanted.open;
      return wanted.querySelector("summary").focus();
    }
    wanted.focus();
    wanted.click();
  }

  function move(event, step) {
    const rows = [...document.querySelectorAll("[data-rows] > *")];
    if (!rows.length) return;
    event.preventDefault();
    const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    rows[at]?.removeAttribute("aria-current");
    next.setAttribute("aria-current", "true");
    next.querySelector("a[href]")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function open(event) {
    const link = document.querySelector("[data-rows] > [aria-current] a[href]");
    if (!link) return;
    event.preventDefault();
    link.click();
  }

  function send(event) {
    const form = event.target.closest("form[data-ctrl-enter]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit]:not([name])"));
  }

  function isOff() {
    try {
      return localStorage.getItem(OFF) === "yes";
    } catch {
      return false;
    }
  }

  const choice = document.querySelector("[data-keys-on]");
  if (choice) {
    choice.checked = !isOff();
    choice.addEventListener("change", () => {
      if (choice.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "yes");
    });
  }
})();
