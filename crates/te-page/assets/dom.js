// Elements, numbers and words of the page.

const { number, element } = tecmnsPlot;

// An element: `h("button", { class: "quiet", onclick: f }, "Reset")`.
export const h = (tag, attributes = {}, ...children) => {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "hidden") e[name] = value;
    else e.setAttribute(name, value === true ? "" : value);
  }
  e.append(...children.flat().filter((c) => c !== undefined && c !== null && c !== false));
  return e;
};

export const get = (id) => document.getElementById(id);

// A number for reading: five digits, thousands apart.
export const tidy = (v) => {
  if (v === null || v === undefined) return "no number";
  if (typeof v !== "number") return String(v);
  const size = Math.abs(v);
  if (size < 1e4 || size >= 1e9) return number(Number(v.toPrecision(5))).replace("-", "\u2212");
  return v.toLocaleString("en", { maximumFractionDigits: size >= 1e5 ? 0 : 1 }).replace("-", "\u2212");
};

// A probability in percent, any other number as it is.
export const told = (figure, v) => (/^probability/.test(figure.aggregate || "") && typeof v === "number" ? `${tidy(100 * v)} %` : tidy(v));

export const signed = (v) => (typeof v === "number" && v > 0 ? `+${tidy(v)}` : tidy(v));

// A unit behind a number or name; a pure number has none.
export const unitOf = (unit) => (unit && unit !== "1" ? unit : "");

export const withUnit = (text, unit) => (unitOf(unit) ? `${text} ${unit}` : text);

export const plural = (n, one) => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;

// What follows the last dot: `economy.price` is `price`.
export const lastName = (name) => name.slice(name.lastIndexOf(".") + 1);

// Calls `f` once after the last call, `wait` milliseconds later.
export const settled = (f, wait) => {
  let timer;
  const later = (...args) => { clearTimeout(timer); timer = setTimeout(() => f(...args), wait); };
  later.now = (...args) => { clearTimeout(timer); f(...args); };
  return later;
};

// A note that says what has just been done, to eyes and screen readers.
export const say = (text) => {
  const note = get("note");
  note.textContent = text;
  note.classList.add("shown");
  clearTimeout(note.timer);
  note.timer = setTimeout(() => note.classList.remove("shown"), 4000);
};

// A dialog with a heading and a button that closes it.
export const dialog = (title, ...content) => {
  const close = h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => box.close() }, "\u2715");
  const box = h("dialog", { "aria-label": title }, h("header", {}, h("h2", {}, title), close), ...content);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (e) => { if (e.target === box) box.close(); });
  document.body.append(box);
  box.showModal();
  return box;
};

// Copies to the clipboard; where that is not allowed the text is selected, so that it can be copied by hand.
export const copy = async (text, field) => {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied");
  } catch {
    if (field) {
      getSelection().selectAllChildren(field);
      say("Selected: copy it with Ctrl+C");
    }
  }
};

export { element };
