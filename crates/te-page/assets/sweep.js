// One parameter over a range: what comes out of it, as a curve.

import { streamed } from "./api.js";
import { addFigure, endColumns, figures, figuresAsked } from "./figures.js";
import { get, h, plural, settled, tidy, unitOf, withUnit } from "./dom.js";
import { scale, span } from "./scale.js";
import { on, page, param, params, setParam, tell, valueOf } from "./settings.js";

const plot = tecmnsPlot;
let controller = null;
let answer = null;
let plots = [];

const sweepable = () => params().filter((p) => (p.type === "number" || p.type === "integer") && typeof p.value === "number" && !p.fixed);

// Starts with the whole slider of the parameter.
export const choose = (name) => {
  const [from, to] = span(param(name));
  page.sweep = { parameter: name, from, to, points: page.sweep.points || 25, runs: page.sweep.runs || 100 };
  page.view = "sweep";
  tell("view");
  place();
  start();
};

const leave = () => { controller?.abort(); controller = null; };

const start = async () => {
  leave();
  const { parameter, from, to, points, runs } = page.sweep;
  if (page.view !== "sweep" || document.hidden || !param(parameter) || !(from < to)) return;
  const mine = new AbortController();
  controller = mine;
  get("sweep-status").textContent = "running";
  const refused = (errors) => { page.errors = errors; tell("errors"); get("sweep-status").textContent = "refused"; };
  let well = true;
  try {
    await streamed("api/sweep", { settings: page.settings, parameter, from, to, points, runs, columns: endColumns(), ...figuresAsked() }, (event, data) => {
      if (controller !== mine) return;
      if (event === "errors") { well = false; refused(data.errors); } else if (data?.x) {
        answer = { parameter, ...data };
        draw();
        get("sweep-status").textContent = `${data.x.length} of ${points} points`;
      }
    }, mine.signal);
    if (controller === mine && well && answer) {
      if (page.errors.length > 0) { page.errors = []; tell("errors"); }
      get("sweep-status").textContent = `${plural(answer.x.length, "point")}, ${plural(runs, "run")} each`;
      get("sweep-charts").dataset.done = String(page.generation);
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!error.errors) throw error;
    refused(error.errors);
  }
};

const later = settled(start, 120);

// Where a curve passes a level, by straight lines between its points.
export const crossings = (x, y, level) => {
  const out = [];
  for (let i = 0; i + 1 < x.length; i += 1) {
    const [a, b] = [y[i] - level, y[i + 1] - level];
    if (y[i] === null || y[i + 1] === null || a === 0 && b === 0) continue;
    if (a * b < 0 || (b === 0 && i + 2 === x.length) || a === 0) out.push(x[i] + ((x[i + 1] - x[i]) * a) / (a - b));
  }
  return [...new Set(out)];
};

// The parts of the range in which a figure keeps what is required of it.
export const holding = (x, y, side, level) => {
  const keeps = (v) => v !== null && (side.startsWith(">") ? v >= level : v <= level);
  const marks = [x[0], ...crossings(x, y, level), x[x.length - 1]];
  const at = (v) => { let i = x.findIndex((w) => w >= v); i = Math.max(i, 1); const share = (v - x[i - 1]) / (x[i] - x[i - 1]); return y[i - 1] + (y[i] - y[i - 1]) * share; };
  const parts = [];
  for (let i = 0; i + 1 < marks.length; i += 1) {
    if (marks[i] === marks[i + 1] || !keeps(at((marks[i] + marks[i + 1]) / 2))) continue;
    const last = parts.at(-1);
    if (last && last[1] === marks[i]) last[1] = marks[i + 1]; else parts.push([marks[i], marks[i + 1]]);
  }
  return parts;
};

const about = (v) => Number(v.toPrecision(3));

const sentence = (figure, y) => {
  if (figure.level === undefined || answer.x.length < 2) return null;
  const p = param(answer.parameter);
  const words = figure.side.startsWith(">") ? "at or above" : "at or below";
  const parts = holding(answer.x, y, figure.side, figure.level);
  const whole = parts.length === 1 && parts[0][0] === answer.x[0] && parts[0][1] === answer.x.at(-1);
  const range = parts.length === 0 ? "nowhere in this range" : whole ? "everywhere in this range" : `for ${p.label} ${parts.map(([a, b]) => `from ${tidy(about(a))} to ${tidy(about(b))}`).join(" and ")} ${unitOf(p.unit)}`;
  const line = h("p", { class: "answer" }, h("b", {}, figure.name), ` stays ${words} ${withUnit(tidy(figure.level), figure.unit)} `, h("b", {}, range.trim()), parts.length > 0 && !whole ? " (ends read between points). " : ". ");
  const [edge] = whole ? [] : crossings(answer.x, y, figure.level);
  if (edge !== undefined) {
    const gap = answer.x[1] - answer.x[0];
    line.append(h("button", { type: "button", onclick: () => narrow(edge - gap, edge + gap) }, "Look closer"), " ", h("button", { type: "button", onclick: () => use(edge) }, `Use ${tidy(about(edge))}`));
  }
  return line;
};

const narrow = (a, b) => {
  const p = param(page.sweep.parameter);
  page.sweep.from = Number(Math.max(a, p.lower?.value ?? -Infinity).toPrecision(4));
  page.sweep.to = Number(Math.min(b, p.upper?.value ?? Infinity).toPrecision(4));
  tell("range");
  place();
  start();
};

const use = (v) => { setParam(page.sweep.parameter, about(v)); };

const draw = () => {
  const host = get("sweep-charts");
  for (const u of plots) u.destroy();
  plots = [];
  const all = figures().map((f) => [f, kpi(f)]).filter(([, k]) => k);
  const p = param(answer.parameter);
  host.replaceChildren(...all.map(([figure, k], i) => {
    const frame = h("div", { class: "frame", role: "img", "aria-label": `${figure.name} over ${p.label}: ${tidy(k.mean[0])} at ${tidy(answer.x[0])}, ${tidy(k.mean.at(-1))} at ${tidy(answer.x.at(-1))}` });
    const panel = h("section", { class: "panel", "data-figure": figure.name }, h("header", {}, h("h3", {}, figure.name, " ", h("span", { class: "unit" }, figure.unit || ""))), frame, h("p", { class: "read" }), sentence(figure, k.mean));
    queueMicrotask(() => curve(frame, figure, k, p, i));
    return panel;
  }));
  if (all.length === 0) host.append(h("p", { class: "doc" }, "Add a key figure to see it over the range."));
};

const kpi = (figure) => {
  const end = figure.end && answer.columns?.[figure.end];
  if (end) return { mean: end.median, low: end.q05, high: end.q95 };
  const k = answer.kpis?.[figure.name];
  if (!k) return null;
  return Array.isArray(k) ? { mean: k.map((v) => v.mean), low: k.map((v) => v.low), high: k.map((v) => v.high) } : k;
};

const curve = (frame, figure, k, p, i) => {
  if (frame.clientWidth === 0) return;
  const paint = plot.color(i % 4, 4);
  const [bottom, left] = plot.axes(withUnit(p.label, unitOf(p.unit) && `[${p.unit}]`), "", true);
  left.label = undefined;
  left.size = 56;
  bottom.labelSize = 20;
  bottom.size = 28;
  const read = frame.nextElementSibling;
  const mark = (u, x0, y0, x1, y1) => { u.ctx.save(); u.ctx.strokeStyle = plot.css("--text"); u.ctx.setLineDash([3, 4]); u.ctx.beginPath(); u.ctx.moveTo(x0, y0); u.ctx.lineTo(x1, y1); u.ctx.stroke(); u.ctx.restore(); };
  const has = (list) => Array.isArray(list) && list.some((v) => v !== null);
  const banded = has(k.low) && has(k.high);
  const edges = banded ? [k.high, k.low] : [];
  const u = new uPlot({
    width: frame.clientWidth, height: 230, legend: { show: false },
    series: [{}, ...edges.map(() => ({ stroke: "transparent", width: 0, points: { show: false } })), { stroke: paint, width: 2, points: { show: answer.x.length < 60, size: 5 } }],
    bands: banded ? [{ series: [1, 2], fill: plot.faded(paint, 0.2) }] : [],
    scales: { x: { time: false }, y: { range: (_, low, high) => { if (low === null) return [0, 1]; const [a, b] = [Math.min(low, figure.level ?? low), Math.max(high, figure.level ?? high)]; const room = (b - a || Math.abs(b) || 1) * 0.06; return [a >= 0 && a < b * 0.5 ? 0 : a - room, b + room]; } } },
    axes: [bottom, left],
    cursor: { drag: { x: true, y: false, setScale: false }, sync: { key: "sweep" } },
    hooks: {
      draw: [(v) => {
        const { left: l, top: t, width: w, height: hgt } = v.bbox;
        if (figure.level !== undefined) { const y = v.valToPos(figure.level, "y", true); mark(v, l, y, l + w, y); }
        const now = valueOf(p);
        if (typeof now === "number" && now >= answer.x[0] && now <= answer.x.at(-1)) { const x = v.valToPos(now, "x", true); mark(v, x, t, x, t + hgt); }
      }],
      setCursor: [(v) => { const at = v.cursor.idx; read.textContent = at === null || at === undefined ? "" : `at ${tidy(answer.x[at])}: ${tidy(k.mean[at])}${banded ? ` (${tidy(k.low[at])} to ${tidy(k.high[at])})` : ""}`; }],
      setSelect: [(v) => { if (v.select.width > 8) narrow(v.posToVal(v.select.left, "x"), v.posToVal(v.select.left + v.select.width, "x")); }],
    },
  }, [answer.x, ...edges, k.mean], frame);
  plots.push(u);
};

// ---- the range, dragged by its two ends

const place = () => {
  const p = param(page.sweep.parameter);
  get("sweep-parameter").value = p?.name ?? "";
  if (!p) return;
  const way = scale(p);
  for (const [name, value] of [["from", page.sweep.from], ["to", page.sweep.to]]) {
    const slider = get(`sweep-${name}-slider`);
    [slider.min, slider.max, slider.step] = [way.min, way.max, way.step];
    slider.value = way.place(value);
    slider.setAttribute("aria-valuetext", withUnit(tidy(value), unitOf(p.unit)));
    if (document.activeElement !== get(`sweep-${name}`)) get(`sweep-${name}`).value = value;
  }
  const share = (v) => `${Math.min(100, Math.max(0, (100 * (way.place(v) - way.min)) / (way.max - way.min)))}%`;
  get("sweep-range").style.setProperty("--from", share(page.sweep.from));
  get("sweep-range").style.setProperty("--to", share(page.sweep.to));
  get("sweep-points").value = page.sweep.points;
  get("sweep-runs").value = page.sweep.runs;
};

const moved = () => { tell("range"); place(); later(); };

export const begin = () => {
  const list = sweepable();
  get("tab-sweep").hidden = list.length === 0;
  if (list.length === 0) return;
  const select = get("sweep-parameter");
  select.append(...list.map((p) => h("option", { value: p.name }, p.name)));
  select.addEventListener("change", () => choose(select.value));
  for (const name of ["from", "to"]) {
    get(`sweep-${name}-slider`).addEventListener("input", (e) => {
      const v = scale(param(page.sweep.parameter)).value(Number(e.target.value));
      if (name === "from" ? v < page.sweep.to : v > page.sweep.from) page.sweep[name] = v;
      moved();
    });
    get(`sweep-${name}`).addEventListener("input", (e) => {
      const v = e.target.valueAsNumber;
      if (Number.isFinite(v)) { page.sweep[name] = v; moved(); }
    });
  }
  for (const name of ["points", "runs"]) get(`sweep-${name}`).addEventListener("input", (e) => { const v = e.target.valueAsNumber; if (v >= (name === "points" ? 2 : 1)) { page.sweep[name] = Math.round(v); moved(); } });
  get("sweep-figure").addEventListener("click", () => addFigure());
  if (!param(page.sweep.parameter)) {
    const [from, to] = span(list[0]);
    page.sweep = { parameter: list[0].name, from, to, points: 25, runs: 100 };
  }
  place();
  on("view", () => (page.view === "sweep" ? start() : leave()));
  for (const topic of ["settings", "figures"]) on(topic, () => page.view === "sweep" && later());
  on("theme", () => answer && page.view === "sweep" && draw());
  window.addEventListener("resize", settled(() => answer && page.view === "sweep" && draw(), 150));
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : later()));
  window.addEventListener("pagehide", leave);
  if (page.view === "sweep") start();
};
