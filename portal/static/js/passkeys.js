// Passkeys: makes and uses them where the browser can; where it cannot, nothing here is ever shown.
(() => {
  "use strict";
  // Browsers make no passkeys for an address of numbers.
  if (!window.PublicKeyCredential || /^[\d.]+$|:/.test(location.hostname)) return;
  const RENEWED_MS = 4 * 60 * 1000;
  let stop = null;
  let turn = 0;
  let ready = null;

  function bytes(text) {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  }

  function text(buffer) {
    const signs = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(signs).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // What the portal asks of the device; when it asks who is there first, the page goes there.
  async function asked(form) {
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const answer = await fetch(form.dataset.challenge, { method: "POST", body });
    if (answer.redirected) {
      location.assign(answer.url);
      return null;
    }
    if (!answer.ok) throw new Error(answer.status);
    const options = await answer.json();
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    const known = [...(options.excludeCredentials || []), ...(options.allowCredentials || [])];
    for (const key of known) key.id = bytes(key.id);
    return options;
  }

  function written({ id, rawId, type, response }) {
    const told = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) told[name] = text(response[name]);
    }
    if (response.getTransports) told.transports = response.getTransports();
    return JSON.stringify({ id, rawId: text(rawId), type, response: told });
  }

  async function run(form, act, mediation) {
    turn += 1;
    stop?.abort();
    stop = new AbortController();
    const { signal } = stop;
    const publicKey = await asked(form);
    if (!publicKey) return;
    const credential = await navigator.credentials[act]({ publicKey, signal, ...(mediation && { mediation }) });
    form.elements.credential.value = written(credential);
    for (const field of form.querySelectorAll("[data-from]")) {
      field.value = document.getElementById(field.dataset.from)?.checked ? "y" : "";
    }
    ready = form;
    form.requestSubmit();
  }

  function say(form, error) {
    if (error.name === "AbortError") return;
    const word = form.querySelector("[role=alert]");
    const what = { InvalidStateError: "known", NotAllowedError: "stopped" }[error.name] || "failed";
    word.textContent = form.dataset[what];
    word.hidden = false;
  }

  // The browser lists passkeys where an address is typed. A challenge lasts five minutes, so it is renewed before.
  async function offer(form) {
    const before = turn;
    const can = await PublicKeyCredential.isConditionalMediationAvailable?.();
    // Whoever pressed the button meanwhile is not stopped by what only waits for them.
    if (!can || turn !== before) return;
    const renew = () => {
      if (document.hidden) document.addEventListener("visibilitychange", renew, { once: true });
      else offer(form);
    };
    const timer = setTimeout(renew, RENEWED_MS);
    run(form, "get", "conditional").catch(() => clearTimeout(timer));
  }

  for (const box of document.querySelectorAll("[data-passkey]")) {
    const form = box.querySelector("form");
    form.addEventListener("submit", (event) => {
      if (ready === form) {
        ready = null;
        return;
      }
      event.preventDefault();
      form.querySelector("[role=alert]").hidden = true;
      run(form, box.dataset.passkey).catch((error) => {
        say(form, error);
        if ("offer" in form.dataset) offer(form);
      });
    });
    box.hidden = false;
    if ("offer" in form.dataset) offer(form);
  }
  for (const words of document.querySelectorAll("[data-no-passkey]")) words.hidden = true;
})();
