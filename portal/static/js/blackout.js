// Boxes drawn over a picture and burned into it in the browser: what is under them never goes up.
// Comes when it is first asked for, and hands the picture to the form like any other that was chosen.
(() => {
  "use strict";
  const LONGEST_SIDE = 3000;
  const QUALITY = 0.9;
  const STEP = 0.02;
  const LEAST = 0.015;
  const opener = document.querySelector("[data-sheet]");
  const form = opener.form;
  const dialog = document.querySelector("template[data-boxes]").content.firstElementChild.cloneNode(true);
  const [chooser, stage, canvas] = ["input", ".stage", "canvas"].map((name) => dialog.querySelector(name));
  const [adder, done, said] = ["[data-add]", "[data-done]", "[data-unreadable]"].map((name) => dialog.querySelector(name));
  let name = "";
  let drawn = null;

  document.body.append(dialog);
  opener.addEventListener("click", open);
  chooser.addEventListener("change", () => chooser.files[0] && show(chooser.files[0]));
  adder.addEventListener("click", () => place(add({ x: 0.3, y: 0.45, w: 0.4, h: 0.1 })).focus());
  dialog.querySelector("[data-undo]").addEventListener("click", () => boxes().at(-1)?.remove());
  dialog.querySelector("[data-cancel]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => opener.focus());
  done.addEventListener("click", finish);
  open();

  function open() {
    chooser.value = said.textContent = "";
    chooser.parentElement.hidden = false;
    stage.parentElement.hidden = done.disabled = true;
    boxes().forEach((box) => box.remove());
    dialog.showModal();
  }

  async function show(file) {
    said.textContent = "";
    name = file.name;
    const picture = new Image();
    picture.src = URL.createObjectURL(file);
    try {
      await picture.decode();
    } catch {
      said.textContent = said.dataset.unreadable;
      return;
    } finally {
      URL.revokeObjectURL(picture.src);
    }
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
    canvas.width = Math.round(picture.naturalWidth * scale);
    canvas.height = Math.round(picture.naturalHeight * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    stage.parentElement.hidden = done.disabled = false;
    chooser.parentElement.hidden = true;
  }

  // A box is a button of the dialog, so that keys reach it; `at` is its place in parts of the picture.
  function add(at) {
    const box = document.createElement("button");
    box.type = "button";
    box.className = "box";
    box.at = at;
    box.setAttribute("aria-label", adder.dataset.name.replace("{number}", boxes().length + 1));
    stage.append(box);
    return box;
  }

  function place(box) {
    const { at } = box;
    at.w = Math.min(Math.max(at.w, LEAST), 1);
    at.h = Math.min(Math.max(at.h, LEAST), 1);
    at.x = Math.min(Math.max(at.x, 0), 1 - at.w);
    at.y = Math.min(Math.max(at.y, 0), 1 - at.h);
    const sides = { left: at.x, top: at.y, width: at.w, height: at.h };
    for (const side in sides) box.style[side] = `${sides[side] * 100}%`;
    return box;
  }

  function boxes() {
    return [...stage.querySelectorAll(".box")];
  }

  function point({ clientX, clientY }) {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const part = (value) => Math.min(Math.max(value, 0), 1);
    return [part((clientX - left) / width), part((clientY - top) / height)];
  }

  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const [x, y] = point(event);
    const box = event.target.closest(".box");
    drawn = box ? { box, x, y, from: { ...box.at } } : { box: add({ x, y, w: 0, h: 0 }), x, y };
    stage.setPointerCapture(event.pointerId);
  });

  stage.addEventListener("pointermove", (event) => {
    if (!drawn) return;
    const [x, y] = point(event);
    const { box, from } = drawn;
    if (from) Object.assign(box.at, { x: from.x + x - drawn.x, y: from.y + y - drawn.y });
    else Object.assign(box.at, { x: Math.min(x, drawn.x), y: Math.min(y, drawn.y), w: Math.abs(x - drawn.x), h: Math.abs(y - drawn.y) });
    place(box);
  });

  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => {
    // A tap draws nothing.
    if (drawn && Math.max(drawn.box.at.w, drawn.box.at.h) <= LEAST) drawn.box.remove();
    else drawn?.box.focus();
    drawn = null;
  });

  stage.addEventListener("keydown", (event) => {
    const box = event.target.closest(".box");
    if (!box) return;
    const [x, y] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] || [];
    if (["Delete", "Backspace"].includes(event.key)) {
      box.remove();
      (boxes().at(-1) || adder).focus();
    } else if (x === undefined) return;
    else {
      if (event.shiftKey) Object.assign(box.at, { w: box.at.w + x, h: box.at.h + y });
      else Object.assign(box.at, { x: box.at.x + x, y: box.at.y + y });
      place(box);
    }
    event.preventDefault();
  });

  async function finish() {
    const pen = canvas.getContext("2d");
    pen.fillStyle = "black";
    for (const { at } of boxes()) {
      const [left, top] = [Math.floor(at.x * canvas.width), Math.floor(at.y * canvas.height)];
      const [right, bottom] = [Math.ceil((at.x + at.w) * canvas.width), Math.ceil((at.y + at.h) * canvas.height)];
      pen.fillRect(left, top, right - left, bottom - top);
    }
    const body = await new Promise((ready) => canvas.toBlob(ready, "image/jpeg", QUALITY));
    const chosen = new DataTransfer();
    chosen.items.add(new File([body], name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }));
    const input = form.querySelector("input[type=file]");
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    dialog.close();
  }
})();
