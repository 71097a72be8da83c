// One run step by step: the wiring with the numbers of the moment, play and back, and all columns in a table.

import { posted } from "./api.js";
import { get, h, settled, signed, tidy, unitOf } from "./dom.js";
import { on, page, tell } from "./settings.js";
import { picture } from "./wires.js";

let answer = null;
let drawing = null;
let chosen = null;
let playing = null;
let controller = null;
let cells = [];

const start = async () => {
  controller?.abort();
  if (page.view !== "steps") return;
  const mine = new AbortController();
  controller = mine;
  try {
    answer = await posted("api/steps", { settings: page.settings, run: Math.max(1, Math.round(get("steps-run").valueAsNumber) || 1) }, mine.signal);
    if (page.errors.length > 0) { page.errors = []; tell("errors"); }
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!error.errors) throw error;
    page.errors = error.errors;
    tell("errors");
    return;
  }
  const last = answer.time.length - 1;
  get("steps-at").max = last;
  await wiring();
  table();
  go(Math.min(page.step, last));
};

const wiring = async () => {
  const nodes = page.system.wiring?.nodes || [];
  get("steps-wiring").hidden = nodes.length === 0;
  if (nodes.length === 0 || (drawing && drawing.width === get("steps-wiring").clientWidth)) return;
  const width = get("steps-wiring").clientWidth;
  drawing = { ...(await picture(get("steps-wiring"), page.system.wiring, (name) => { chosen = chosen === name ? null : name; table(); go(page.step); })), width };
};

const table = () => {
  const names = Object.keys(answer.columns).filter((name) => chosen === null || name.startsWith(`${chosen}.`));
  cells = names.map((name) => {
    const spec = page.system.columns.find((c) => c.name === name);
    return { name, value: h("td"), change: h("td"), row: [h("th", { scope: "row", title: spec?.doc || "" }, name), h("td", { class: "word" }, unitOf(spec?.unit))] };
  });
  get("steps-table").replaceChildren(...cells.map((c) => h("tr", {}, ...c.row, c.value, c.change)));
  get("steps-chosen").textContent = chosen === null ? "All columns" : `Columns of ${chosen}`;
  for (const node of get("steps-wiring").querySelectorAll(".node")) {
    node.classList.toggle("chosen", node.dataset.node === chosen);
    node.setAttribute("aria-pressed", String(node.dataset.node === chosen));
  }
};

const moment = (k) => {
  const t = answer.timesteps?.[k] ?? k;
  const date = answer.dates?.[k];
  return date ? `${date} (step ${t})` : `step ${t} of ${answer.timesteps?.at(-1) ?? answer.time.length - 1}`;
};

const go = (k) => {
  if (!answer) return;
  const last = answer.time.length - 1;
  page.step = Math.min(last, Math.max(0, k));
  get("steps-at").value = page.step;
  get("steps-at").setAttribute("aria-valuetext", moment(page.step));
  get("steps-at").style.setProperty("--share", `${(100 * page.step) / (last || 1)}%`);
  get("steps-time").textContent = moment(page.step);
  for (const cell of cells) {
    const list = answer.columns[cell.name];
    const v = list[page.step];
    cell.value.textContent = tidy(v);
    const before = page.step > 0 ? list[page.step - 1] : null;
    cell.change.textContent = typeof v === "number" && typeof before === "number" ? (v === before ? "" : signed(v - before)) : "";
  }
  for (const node of drawing?.nodes || []) {
    for (const line of node.lines) drawing.set(`${node.name}.${line}`, short(answer.columns[`${node.name}.${line}`]?.[page.step]));
  }
  get("steps-table").dataset.shown = String(page.step);
};

const short = (v) => (v === undefined ? "" : typeof v === "number" ? tecmnsPlot.tick(Number(v.toPrecision(4))) : tidy(v));

const stop = () => {
  clearInterval(playing);
  playing = null;
  get("steps-play").textContent = "\u25b6\ufe0e Play";
};

const play = () => {
  if (playing !== null) { stop(); return; }
  if (!answer) return;
  if (page.step >= answer.time.length - 1) go(0);
  get("steps-play").textContent = "\u2016 Pause";
  // A run of any length plays in some twenty seconds, at most twenty rows a second.
  const every = Math.max(50, Math.min(500, 20000 / answer.time.length));
  playing = setInterval(() => { if (page.step >= answer.time.length - 1) stop(); else { go(page.step + 1); tell("step"); } }, every);
};

export const begin = () => {
  const by = (n) => () => { stop(); go(page.step + n); tell("step"); };
  get("steps-play").addEventListener("click", play);
  get("steps-back").addEventListener("click", by(-1));
  get("steps-on").addEventListener("click", by(1));
  get("steps-first").addEventListener("click", by(-Infinity));
  get("steps-at").addEventListener("input", (e) => { stop(); go(Number(e.target.value)); tell("step"); });
  get("steps-run").addEventListener("input", settled(start, 200));
  on("view", () => { if (page.view === "steps") start(); else { stop(); controller?.abort(); } });
  on("settings", settled(start, 80));
  window.addEventListener("resize", settled(() => page.view === "steps" && answer && wiring().then(() => go(page.step)), 200));
  if (page.view === "steps") start();
};
