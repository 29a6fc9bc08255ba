// The keys of the desk: each presses what carries its letter in data-key, so that every key is a button too.
// j and k move along the rows of [data-rows]; Enter opens the row that is marked. All of it can be switched off.
(() => {
  "use strict";
  const OFF = "portal-keys-off";
  const TYPED_INTO = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return send(event);
    // Enter in a single field would press the first button of the form; sums come by themselves.
    if (event.key === "Enter" && event.target.matches("form[data-ctrl-enter] input")) return event.preventDefault();
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
      return (wanted.open && wanted.querySelector("textarea") || wanted.querySelector("summary")).focus();
    }
    wanted.focus();
    wanted.click();
    // A verdict chosen by its key is one Enter away from being sent.
    if (wanted.name === "verdict") wanted.form.querySelector("button[type=submit]:not([name])").focus();
  }

  function move(event, step) {
    const rows = [...document.querySelectorAll("[data-rows] > *")];
    if (!rows.length) return;
    event.preventDefault();
    const at = rows.findIndex((row) => row.hasAttribute("aria-current"));
    mark(rows, rows[Math.min(rows.length - 1, Math.max(0, at + step))]);
  }

  function mark(rows, row) {
    for (const each of rows) each.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    row.querySelector("a[href]")?.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
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
  const showKeys = () => document.body.toggleAttribute("data-keys-off", isOff());
  if (choice) {
    choice.checked = !isOff();
    choice.addEventListener("change", () => {
      if (choice.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "yes");
      showKeys();
    });
  }
  showKeys();

  // A list that is drawn anew keeps its marked row, and the focus that was in it.
  let marked = "";
  let hadFocus = false;
  document.addEventListener("htmx:before:swap", () => {
    const row = document.querySelector("[data-rows] > [aria-current]");
    marked = row?.id || "";
    hadFocus = Boolean(document.activeElement?.closest("[data-rows]"));
  });
  document.addEventListener("htmx:after:swap", () => {
    const row = marked && document.getElementById(marked);
    if (!row) return;
    row.setAttribute("aria-current", "true");
    if (hadFocus) row.querySelector("a[href]")?.focus({ preventScroll: true });
    marked = "";
  });

  // The reasons and replies of other verdicts are put away; an untouched reply follows the verdict, the reason and the points.
  const form = document.getElementById("decision");
  if (form) {
    const isUntouched = () => {
      const reply = form.elements.reply;
      return !reply.value.trim() || reply.value === reply.defaultValue;
    };
    const fit = () => {
      const verdict = form.elements.verdict.value;
      for (const group of form.querySelectorAll("optgroup[data-verdict]")) {
        group.hidden = group.disabled = Boolean(verdict) && group.dataset.verdict !== verdict;
      }
      const chosen = form.elements.reason.selectedOptions[0];
      if (chosen?.parentElement.disabled) form.elements.reason.value = "";
    };
    const startAfresh = () => {
      const { reason, template, verdict } = form.elements;
      if (!isUntouched()) return;
      const all = [...template.querySelectorAll(`optgroup[data-verdict="${verdict.value}"] option`)];
      const called = (wanted) => all.find(({ dataset }) => dataset.reason === wanted);
      template.value = (called(reason.value) || called("") || all[0])?.value ?? "";
      template.dispatchEvent(new Event("change", { bubbles: true }));
    };
    // What was chosen or typed while htmx did not listen, before it came or as it put a new reply in, is told again:
    // the reply must fit the verdict.
    let missed = new Map();
    const keep = ({ target, type }) => missed?.set(target.name, [target, type]);
    for (const type of ["change", "input"]) form.addEventListener(type, keep, true);
    form.addEventListener("htmx:after:init", ({ target }) => {
      if (target.id !== "words" || !missed) return;
      const all = [...missed.values()];
      missed = null;
      for (const [field, type] of all) field.dispatchEvent(new Event(type, { bubbles: true }));
    });
    form.addEventListener("change", ({ target }) => {
      if (target.name === "verdict") {
        fit();
        startAfresh();
      } else if (target.name === "reason" && form.elements.template.value) startAfresh();
    });
    // A template that was asked for before somebody began to type comes too late to replace their words.
    form.addEventListener("htmx:before:swap", (event) => {
      if (event.target.id !== "words") return;
      if (isUntouched()) missed = new Map();
      else event.preventDefault();
    });
    fit();
  }

  // The viewer: closer, turned, and the other pictures, without leaving the page.
  const view = document.querySelector("[data-view]");
  if (view) {
    const closer = () => view.toggleAttribute("data-close-up");
    view.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      closer();
    });
    document.querySelector("[data-zoom]")?.addEventListener("click", closer);
    document.querySelector("[data-turn]")?.addEventListener("click", () => {
      view.dataset.turned = String((Number(view.dataset.turned || 0) + 1) % 4);
    });
    for (const thumb of document.querySelectorAll("[data-thumb]")) {
      thumb.addEventListener("click", (event) => {
        event.preventDefault();
        view.href = view.firstElementChild.src = thumb.dataset.thumb;
        view.firstElementChild.alt = thumb.getAttribute("aria-label");
        for (const each of document.querySelectorAll("[data-thumb]")) each.removeAttribute("aria-current");
        thumb.setAttribute("aria-current", "true");
      });
    }
  }
})();
