// The charts of the file, live: bands over runs, single runs, histograms of the last row, differences to the pin.

import { levels } from "./figures.js";
import { element, get, h, lastName, tidy, unitOf } from "./dom.js";
import { on, page, tell } from "./settings.js";

const plot = tecmnsPlot;
const HEIGHT = 230;
const COLUMNS = 64;

export const MODES = [["bands", "Bands"], ["runs", "Runs"], ["finals", "At the end"], ["difference", "Difference"]];

const column = (name) => page.system.columns.find((c) => c.name === name);

// The charts of the file, or one for each of the first columns; then those that the reader added.
export const charts = () => {
  const own = page.system.charts.length > 0 ? page.system.charts : page.system.columns.slice(0, 6).map((c) => alone(c.name));
  return [...own.map((c) => ({ ...c, key: c.title })), ...page.extra.filter(column).map((name) => ({ ...alone(name), key: `+${name}`, extra: name }))];
};

const alone = (name) => ({ title: lastName(name), series: [{ column: name, label: name }], unit: column(name)?.unit, logarithmic: false });

// The columns of all charts; of more than the server looks at, those in sight first.
export const chartColumns = () => {
  const of = (list) => list.flatMap((c) => c.series.map((s) => s.column));
  return [...new Set([...of([...visible].map((p) => p.chart)), ...of(charts())])].filter(column).slice(0, COLUMNS);
};

const edge = { stroke: "transparent", width: 0, points: { show: false } };

// What a chart draws of an answer: lines with a name, colour and points, and bands that lie under them.
const lines = (chart, state, mode) => {
  const out = [];
  chart.series.forEach((s, i) => {
    const paint = plot.color(i, chart.series.length);
    const name = s.label || lastName(s.column);
    if (mode === "difference") {
      const d = state.difference?.[s.column];
      if (d) out.push({ name, paint, y: d.median, bands: [[d.q95, d.q05, 0.25]] });
      return;
    }
    const own = state.columns[s.column];
    if (!own) return;
    const runs = own.runs || [];
    if (mode === "runs" && runs.length > 0) runs.forEach((y, r) => out.push({ name: r === 0 ? name : null, paint, y, thin: true }));
    else out.push({ name, paint, y: own.median, bands: [[own.q95, own.q05, 0.16], [own.q75, own.q25, 0.3]] });
    const before = state.pinned?.columns?.[s.column];
    if (before) out.push({ name: `${name}, pinned`, paint: plot.faded(paint, 0.85), dash: [6, 4], y: before.median });
  });
  return out;
};

// Histograms of the last row as steps over one axis.
const histograms = (chart, state) => {
  const found = [];
  chart.series.forEach((s, i) => {
    const add = (of, name, dash, alpha) => {
      const finals = of?.finals?.[s.column];
      if (finals?.counts?.length > 0) found.push({ name, dash, alpha, paint: plot.color(i, chart.series.length), table: stairs(finals) });
    };
    add(state, s.label || lastName(s.column), undefined, 0.25);
    add(state.pinned, `${s.label || lastName(s.column)}, pinned`, [6, 4], 0);
  });
  if (found.length === 0) return { x: [], lines: [] };
  const joined = uPlot.join(found.map((f) => f.table));
  return { x: joined[0], lines: found.map((f, i) => ({ ...f, y: joined[i + 1], steps: true })) };
};

const stairs = ({ edges, counts }) => {
  if (edges.length !== counts.length + 1) return [edges.slice(0, counts.length), counts];
  if (edges[0] === edges[edges.length - 1]) {
    const room = Math.abs(edges[0]) * 0.01 || 0.5;
    return [[edges[0] - room, edges[0] + room], [counts.reduce((a, b) => a + b, 0), 0]];
  }
  return [edges, [...counts, 0]];
};

const timeLabel = () => (page.latest?.dates ? "" : page.system.step ? `time, in steps of ${page.system.step}` : "timestep");

// Over many decades only these have lines.
const decades = (u, splits) => (u.scales.y.max / u.scales.y.min < 1e3 ? splits : splits.map((v) => (v !== null && Math.abs(Math.log10(v) % 1) < 1e-6 ? v : null)));

// One chart with its heading and legend. It is built anew only when what it holds changes, otherwise it gets new points.
class Panel {
  constructor(chart) {
    this.chart = chart;
    this.stale = true;
    const logs = h("button", { type: "button", class: "quiet", "aria-pressed": String(this.logarithmic), title: "Logarithmic axis" }, "log");
    logs.addEventListener("click", () => {
      page.logs[chart.key] = !this.logarithmic;
      logs.setAttribute("aria-pressed", String(this.logarithmic));
      tell("look");
      this.draw();
    });
    const remove = chart.extra && h("button", { type: "button", class: "quiet", "aria-label": `Remove chart ${chart.title}`, onclick: () => { page.extra = page.extra.filter((c) => c !== chart.extra); tell("look"); } }, "\u2715");
    this.frame = h("div", { class: "frame", role: "img" });
    this.legend = h("div", { class: "legend" });
    this.host = h("section", { class: "panel", "data-chart": chart.title, title: chart.series.length === 1 ? column(chart.series[0].column)?.doc || "" : null },
      h("header", {}, h("h3", {}, chart.title, " ", h("span", { class: "unit" }, this.unit)), logs, remove), this.frame, this.legend);
  }

  get logarithmic() { return page.logs[this.chart.key] ?? Boolean(this.chart.logarithmic); }

  get unit() {
    const units = new Set(this.chart.series.map((s) => column(s.column)?.unit || "1"));
    if (this.chart.y_label) return this.chart.y_label;
    return units.size === 1 ? unitOf([...units][0]) : "";
  }

  content() {
    const { latest: state } = page;
    const asked = page.mode === "bands" && this.chart.kind === "histogram" ? "finals" : page.mode;
    const mode = asked === "difference" && !state.difference ? "bands" : asked;
    const { x, lines: drawn } = mode === "finals" ? histograms(this.chart, state) : { x: state.time, lines: lines(this.chart, state, mode) };
    const log = this.logarithmic && mode !== "difference" && mode !== "finals";
    const columns = [x];
    for (const line of drawn) {
      for (const [high, low] of line.bands || []) columns.push(high, low);
      columns.push(line.y);
    }
    // A logarithmic axis has no place for zero and below.
    const data = log ? columns.map((c, i) => (i === 0 ? c : c.map((v) => (v > 0 ? v : null)))) : columns;
    const key = JSON.stringify([mode, log, plot.dark(), Boolean(state.dates), drawn.map((l) => [l.name, l.bands?.length])]);
    return { mode, drawn, data, key, log };
  }

  draw() {
    if (!page.latest || this.frame.clientWidth === 0) { this.stale = true; return; }
    this.stale = false;
    const content = this.content();
    this.drawn = content.drawn;
    this.mode = content.mode;
    if (this.plot && this.key === content.key) this.plot.setData(content.data);
    else this.build(content);
    this.key = content.key;
    this.values();
    this.host.dataset.shown = page.shown;
  }

  build({ mode, drawn, data, log }) {
    this.plot?.destroy();
    const series = [{}];
    const bands = [];
    const heads = [];
    for (const line of drawn) {
      const first = series.length;
      for (const [, , alpha] of line.bands || []) {
        series.push({ ...edge }, { ...edge });
        bands.push({ series: [series.length - 2, series.length - 1], fill: plot.faded(line.paint, alpha) });
      }
      const steps = line.steps ? { paths: uPlot.paths.stepped({ align: 1 }), fill: plot.faded(line.paint.slice(0, 7), line.alpha) } : {};
      series.push({ label: line.name || "", stroke: line.paint, width: line.thin ? 1.2 : 2, dash: line.dash, points: { show: false }, spanGaps: mode === "finals", ...steps });
      heads.push([first, series.length - 1]);
    }
    const label = mode === "finals" ? this.unit : timeLabel();
    const [bottom, left] = plot.axes(label, mode === "finals" ? "runs" : "", true);
    left.label = undefined;
    left.size = 56;
    if (log) left.grid = { ...left.grid, filter: decades };
    bottom.size = 28;
    bottom.labelSize = label ? 20 : 0;
    bottom.label = label || undefined;
    if (mode === "finals") bottom.values = (_, ticks) => ticks.map(plot.tick);
    else if (page.latest.dates) { bottom.values = (_, ticks) => ticks.map((t) => dateAt(t)); bottom.space = 90; }
    const options = {
      width: this.frame.clientWidth, height: HEIGHT, series, bands, legend: { show: false },
      scales: { x: { time: false }, y: log ? { distr: 3 } : { range: (u, low, high) => this.range(low, high, mode) } },
      axes: [bottom, left],
      cursor: { drag: { x: true, y: false }, ...(mode === "finals" ? {} : { sync: { key: "time" } }) },
      hooks: { setCursor: [() => this.values()], draw: [(u) => this.level(u, mode)] },
    };
    this.frame.replaceChildren();
    this.plot = new uPlot(options, data, this.frame);
    this.keys(drawn, heads);
  }

  // From zero where the values are on one side of it and near; levels that figures require are in sight.
  range(low, high, mode) {
    if (low === null || low === undefined) return [0, 1];
    const wanted = mode === "bands" || mode === "runs" ? levels(this.chart.series.map((s) => s.column)) : [];
    const [a, b] = [Math.min(low, ...wanted), Math.max(high, ...wanted)];
    const room = (b - a || Math.abs(b) || 1) * 0.06;
    return [a >= 0 && a < b * 0.5 ? 0 : a - room, mode === "finals" ? b * 1.06 : b + room];
  }

  level(u, mode) {
    const marks = mode === "bands" || mode === "runs" ? levels(this.chart.series.map((s) => s.column)) : mode === "difference" ? [0] : [];
    for (const mark of marks) {
      const y = Math.round(u.valToPos(mark, "y", true)) + 0.5;
      u.ctx.save();
      u.ctx.strokeStyle = plot.css("--text");
      u.ctx.setLineDash([3, 4]);
      u.ctx.beginPath();
      u.ctx.moveTo(u.bbox.left, y);
      u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
      u.ctx.stroke();
      u.ctx.restore();
    }
  }

  keys(drawn, heads) {
    this.time = element("span", "", "value");
    this.reads = [];
    this.legend.replaceChildren(this.time);
    drawn.forEach((line, k) => {
      if (line.name === null) return;
      const swatch = element("span", undefined, "swatch");
      swatch.style.borderTopColor = line.paint;
      if (line.dash) swatch.style.borderTopStyle = "dashed";
      const value = element("span", "", "value");
      const button = h("button", { type: "button", "aria-pressed": "true", title: "Hide or show this line" }, swatch, line.name, value);
      let last = k;
      while (drawn[last + 1]?.name === null) last += 1;
      button.addEventListener("click", () => {
        const off = button.classList.toggle("off");
        button.setAttribute("aria-pressed", String(!off));
        for (let i = heads[k][0]; i <= heads[last][1]; i += 1) this.plot.setSeries(i, { show: !off });
      });
      this.legend.append(button);
      this.reads.push([k, value]);
    });
  }

  // The values under the cursor, or those at the end.
  values() {
    const { plot: u, drawn } = this;
    if (!u || this.reads === undefined) return;
    const at = u.cursor?.idx;
    const pointed = at !== null && at !== undefined;
    const x = u.data[0];
    this.time.textContent = !pointed || this.mode === "finals" ? "" : page.latest.dates ? dateAt(x[at]) : `t = ${x[at]}`;
    if (this.mode === "finals") { for (const [, value] of this.reads) value.textContent = ""; return; }
    const ends = [];
    for (const [k, value] of this.reads) {
      const line = drawn[k];
      const v = line.y[pointed ? at : line.y.length - 1];
      value.textContent = tidy(v);
      ends.push(`${line.name} ends at ${tidy(line.y[line.y.length - 1])}`);
    }
    if (!pointed) this.frame.setAttribute("aria-label", `Chart ${this.chart.title}: ${ends.join(", ")}`);
  }

  size() {
    if (this.stale || !this.plot) this.draw();
    else if (this.plot.width !== this.frame.clientWidth && this.frame.clientWidth > 0) this.plot.setSize({ width: this.frame.clientWidth, height: HEIGHT });
  }
}

// The date at a time: that of the row before it.
export const dateAt = (t) => {
  const { dates, time } = page.latest;
  let row = time.findIndex((v) => v > t);
  row = row < 0 ? time.length - 1 : Math.max(row - 1, 0);
  return dates[row] ?? "";
};

let panels = [];
const visible = new Set();

const build = () => {
  for (const panel of panels) { panel.plot?.destroy(); sizes.unobserve(panel.frame); sight.unobserve(panel.host); }
  panels = charts().map((c) => new Panel(c));
  visible.clear();
  get("charts").replaceChildren(...panels.map((p) => p.host));
  for (const panel of panels) { sizes.observe(panel.frame); sight.observe(panel.host); }
};

const sizes = new ResizeObserver((entries) => {
  for (const entry of entries) panels.find((p) => p.frame === entry.target)?.size();
});

// Charts out of sight are drawn when they come into it.
const sight = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const panel = panels.find((p) => p.host === entry.target);
    if (!panel) continue;
    if (entry.isIntersecting) { visible.add(panel); if (panel.stale) panel.draw(); } else visible.delete(panel);
  }
}, { rootMargin: "200px" });

const draw = (generation) => {
  if (generation !== undefined) page.shown = String(generation);
  const started = visible.size > 0;
  for (const panel of panels) {
    if (!started || visible.has(panel)) panel.draw();
    else panel.stale = true;
  }
  get("charts").dataset.shown = page.shown;
};

const same = () => JSON.stringify(panels.map((p) => p.chart.key)) === JSON.stringify(charts().map((c) => c.key));

export const begin = () => {
  build();
  on("state", draw);
  on("theme", () => draw());
  on("figures", () => draw());
  on("look", () => { if (!same()) build(); modes(); draw(); });
  on("pin", modes);
  const bar = get("modes");
  for (const [mode, text] of MODES) bar.append(h("button", { type: "button", "data-mode": mode, onclick: () => { page.mode = mode; tell("look"); } }, text));
  modes();
  const more = get("add-chart");
  more.append(h("option", { value: "" }, "Add a chart of \u2026"), ...page.system.columns.map((c) => h("option", { value: c.name }, c.name)));
  more.addEventListener("change", () => {
    if (more.value && !page.extra.includes(more.value)) { page.extra = [...page.extra, more.value]; tell("look"); panels.at(-1)?.host.scrollIntoView({ block: "nearest" }); }
    more.value = "";
  });
};

const modes = () => {
  if (page.mode === "difference" && !page.pin) page.mode = "bands";
  for (const button of get("modes").children) {
    button.setAttribute("aria-pressed", String(button.dataset.mode === page.mode));
    if (button.dataset.mode === "difference") button.hidden = !page.pin;
  }
};
