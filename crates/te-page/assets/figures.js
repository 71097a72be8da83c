// Key figures: those of the file and those that the reader adds, each over the runs so far.

import { dialog, get, h, lastName, plural, say, settled, signed, tidy, told, unitOf, withUnit } from "./dom.js";
import { on, page, tell } from "./settings.js";

export const ALONG = [["min", "lowest"], ["max", "highest"], ["final", "last"], ["mean", "average"], ["initial", "first"]];
export const OVER = [["median", "the median run"], ["mean", "the mean over runs"], ["quantile 0.05", "the 5 % quantile of runs"], ["quantile 0.95", "the 95 % quantile of runs"], ["min", "the lowest run"], ["max", "the highest run"]];

const columnOf = (figure) => /^\w+\((.*)\)$/.exec(figure.of || "")?.[1];
// A probability is a pure number whatever the column is.
const unit = (figure) => (/^probability/.test(figure.aggregate || "") || /^time_to/.test(figure.of || "") ? "" : unitOf(page.system.columns.find((c) => c.name === columnOf(figure))?.unit));

// Where a file has no key figures: what its charts show at the end, which is in the answer anyway.
const usual = () => {
  if (page.system.kpis.length > 0) return [];
  const seen = [...new Set(page.system.charts.flatMap((c) => c.series.map((s) => s.column)))];
  const columns = seen.length > 0 ? seen : page.system.columns.map((c) => c.name);
  return columns.slice(0, USUAL).map((c) => ({ name: `${lastName(c)} at the end`, of: `final(${c})`, aggregate: "median", end: c }));
};
const USUAL = 3;

// The columns at whose end the page looks.
export const endColumns = () => usual().map((f) => f.end);

// Those of the reader, as the server takes them; a request without any does not name them.
export const figuresAsked = () => (page.figures.length === 0 ? {} : { figures: page.figures.map(({ name, of, aggregate, require }) => ({ name, of, aggregate, require })) });

// All figures with what is known of them: name, unit, the level that is required, whether the reader can remove it.
export const figures = () => [
  ...page.system.kpis.map((k) => ({ ...k, unit: unitOf(k.unit) || unit(k), column: columnOf(k), ...level(k.limit ?? k.require) })),
  ...usual().map((f) => ({ ...f, unit: unit(f), text: "Median of the runs at the end, and between what 90 % of them lie" })),
  ...page.figures.map((f) => ({ ...f, unit: unit(f), column: columnOf(f), added: f, ...level(f.require) })),
];

const level = (require) => {
  const found = /^\s*(<=?|>=?)\s*([-+.\de]+)\s*$/i.exec(typeof require === "string" ? require : "");
  return found ? { side: found[1], level: Number(found[2]) } : {};
};

// The levels that figures require of a column: lines in its charts.
export const levels = (columns) => figures().filter((f) => f.level !== undefined && columns.includes(f.column) && !/^probability/.test(f.aggregate || "")).map((f) => f.level);

// A figure in an answer: one of the server's, or the end of a column.
const found = (figure, kpis, columns) => {
  if (!figure.end) return (kpis || []).find((k) => k.name === figure.name);
  const c = columns?.[figure.end];
  return c && { mean: c.median.at(-1), low: c.q05.at(-1), high: c.q95.at(-1) };
};
const inState = (figure, state) => state && found(figure, state.kpis, state.columns);

const interval = (figure, k) => (typeof k?.low === "number" && typeof k?.high === "number" && k.low !== k.high ? `${told(figure, k.low)} to ${told(figure, k.high)}` : "");

const card = (figure) => {
  const { latest } = page;
  const own = inState(figure, latest);
  if (!own) return null;
  const value = h("dd", { class: "value" }, own.mean === null && own.shown ? own.shown : told(figure, own.mean), " ", h("small", {}, figure.unit || ""));
  const details = [];
  const between = interval(figure, own);
  if (between) details.push(h("dd", { class: "between", title: figure.end ? "90 % of the runs" : "95 % interval" }, between));
  if (typeof own.holds === "boolean") {
    const required = `${{ ">=": "\u2265", "<=": "\u2264" }[figure.side] || figure.side || ""} ${figure.level === undefined ? "" : tidy(figure.level)}`.trim();
    details.push(h("dd", { class: own.holds ? "holds" : "fails" }, own.holds ? `\u2713 holds ${required}` : `\u2717 not ${required}`));
  }
  const before = inState(figure, latest.pinned);
  if (before) {
    const apart = found(figure, latest.difference_kpis, latest.difference);
    const spread = interval({}, apart);
    const by = apart ? ` (${signed(apart.mean)}${spread ? `; ${spread}` : ""})` : "";
    details.push(h("dd", { class: "pinned", title: "The pinned setting, and in brackets by how much this one is more, run by run under the same luck" }, `pinned ${told(figure, before.mean)}${by}`));
  }
  const remove = figure.added && h("button", { type: "button", class: "remove", "aria-label": `Remove ${figure.name}`, onclick: () => { page.figures = page.figures.filter((f) => f !== figure.added); tell("figures"); } }, "\u2715");
  return h("div", { class: "figure", "data-figure": figure.name, title: [figure.text, own.text].filter(Boolean).join("; ") }, h("dt", {}, figure.name, remove), value, ...details);
};

const spoken = settled(() => {
  if (!page.latest) return;
  const said = figures().map((f) => [f, inState(f, page.latest)]).filter(([, k]) => k).map(([f, k]) => `${f.name} ${withUnit(told(f, k.mean), f.unit)}`);
  get("spoken").textContent = `After ${plural(page.latest.runs, "run")}: ${said.join("; ")}`;
}, 900);

const draw = () => {
  if (!page.latest) return;
  get("figures").replaceChildren(...figures().map(card).filter(Boolean));
  spoken();
};

const choices = (entries, attributes) => h("select", attributes, ...entries.map(([value, text]) => h("option", { value }, text)));

// Asks for a figure in a sentence, and adds it.
export const addFigure = (column) => {
  const along = choices(ALONG, { "aria-label": "Of each run" });
  const of = choices(page.system.columns.map((c) => [c.name, withUnit(c.name, unitOf(c.unit) && `[${c.unit}]`)]), { "aria-label": "Column" });
  if (column) of.value = column;
  const over = choices(OVER, { "aria-label": "Over runs" });
  const side = choices([["", "is shown"], [">=", "stays at or above"], ["<=", "stays at or below"]], { "aria-label": "Requirement" });
  const at = h("input", { type: "number", step: "any", "aria-label": "Level", hidden: true });
  side.addEventListener("change", () => { at.hidden = side.value === ""; if (!at.hidden) at.focus(); });
  const form = h("form", { class: "sentence", method: "dialog" },
    h("p", {}, "The ", along, " value of ", of, ", in ", over, ", ", side, " ", at, "."),
    h("p", { class: "actions" }, h("button", { type: "submit", class: "main" }, "Add")));
  const box = dialog("Add a key figure", form);
  form.addEventListener("submit", () => {
    const [, word] = ALONG.find(([v]) => v === along.value);
    let name = `${word} ${lastName(of.value)}`;
    for (let n = 2; figures().some((f) => f.name === name); n += 1) name = `${word} ${lastName(of.value)} ${n}`;
    const figure = { name, of: `${along.value}(${of.value})`, aggregate: over.value };
    if (side.value && at.value !== "") figure.require = `${side.value} ${Number(at.value)}`;
    page.figures = [...page.figures, figure];
    tell("figures");
    say(`Added: ${name}`);
  });
  of.focus();
  return box;
};

export const begin = () => {
  for (const topic of ["state", "figures"]) on(topic, draw);
  get("add-figure").addEventListener("click", () => addFigure());
};
