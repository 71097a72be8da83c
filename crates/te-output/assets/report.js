"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // Points that are all the same are written once.
  const wide = (points) => (points.length === 1 ? data.t.map(() => points[0]) : points);
  for (const cell of data.cells.flat()) {
    cell.runs = cell.runs.map(wide);
    if (cell.q) cell.q = cell.q.map(wide);
  }
  const { dashes, color, faded, element, withUnit, number } = tecmnsPlot;

  // Between two times that are shown a date lies evenly; a month says enough where steps are no shorter.
  const days = data.dates && data.dates.map((date) => Date.parse(date));
  const whole = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 60000, 600000];
  const dated = (t) => {
    let k = data.t.findIndex((time) => time >= t);
    if (k < 0) k = data.t.length - 1;
    if (data.t[k] === t || data.t.length < 2) return data.dates[k].slice(0, data.months ? 7 : 10);
    const [a, b] = [Math.max(k, 1) - 1, Math.max(k, 1)];
    const at = days[a] + ((days[b] - days[a]) * (t - data.t[a])) / (data.t[b] - data.t[a]);
    return Number.isFinite(at) ? new Date(at).toISOString().slice(0, data.months ? 7 : 10) : "";
  };

  const datedAxes = (y) => {
    const [x, rest] = tecmnsPlot.axes(data.x, y);
    return [days ? { ...x, values: (_, ticks) => ticks.map(dated), incrs: whole, space: 90 } : x, rest];
  };

  // What one panel draws: lines with a name and colour, and the bands that lie under them.
  const plan = (state) => {
    const subsets = state.subset === "all" ? data.subsets.map((_, i) => i) : [Number(state.subset)];
    const lines = [];
    const several = subsets.length > 1;
    state.metrics.forEach((m, i) => {
      subsets.forEach((s, j) => {
        const cell = data.cells[m][s];
        const metric = state.labels ? state.labels[i] : data.metrics[m].name;
        const name = several ? (state.metrics.length > 1 ? `${metric}, ${data.subsets[s].label}` : data.subsets[s].label) : metric;
        const paint = state.metrics.length > 1 ? color(i, state.metrics.length) : color(several ? j : i, several ? subsets.length : 1);
        const dash = state.metrics.length > 1 && several ? dashes[j % dashes.length] : null;
        if (cell.q && (state.mode !== "runs" || cell.runs.length === 0)) {
          lines.push({ name, paint, dash, y: cell.q[2], bands: [[cell.q[4], cell.q[0], 0.16], [cell.q[3], cell.q[1], 0.3]] });
        } else {
          cell.runs.forEach((y, r) => lines.push({ name: cell.runs.length > 1 ? `${name}, run ${data.subsets[s].shown[r]}` : name, paint, dash, y, thin: cell.runs.length > 1 }));
        }
      });
    });
    return lines;
  };

  const draw = (host, state) => {
    if (host.plot) host.plot.destroy();
    host.replaceChildren();
    const lines = plan(state);
    const columns = [data.t];
    const series = [{ label: data.x }];
    const bands = [];
    const heads = [];
    for (const line of lines) {
      for (const [high, low, alpha] of line.bands || []) {
        columns.push(high, low);
        const edge = { stroke: "transparent", width: 0, points: { show: false } };
        series.push({ ...edge }, { ...edge });
        bands.push({ series: [series.length - 2, series.length - 1], fill: faded(line.paint, alpha) });
      }
      columns.push(line.y);
      heads.push(series.length);
      series.push({ label: line.name, stroke: line.paint, width: line.thin ? 1.2 : 2, dash: line.dash || undefined, points: { show: false }, spanGaps: true });
    }
    const legend = element("div", undefined, "legend");
    const values = lines.map((line, k) => {
      const button = element("button");
      const swatch = element("span", undefined, "swatch");
      swatch.style.borderTopColor = line.paint;
      if (line.dash) swatch.style.borderTopStyle = "dashed";
      const value = element("span", "", "value");
      button.append(swatch, element("span", line.name), value);
      button.addEventListener("click", () => {
        const off = button.classList.toggle("off");
        const first = heads[k] - 2 * (line.bands || []).length;
        for (let i = first; i <= heads[k]; i += 1) host.plot.setSeries(i, { show: !off });
      });
      legend.append(button);
      return value;
    });
    const time = element("span", "", "value");
    legend.prepend(time);
    const options = {
      width: Math.max(240, host.clientWidth), height: 360, padding: [null, days ? 28 : null, null, null], series, bands, legend: { show: false },
      scales: { x: { time: false }, y: { distr: state.log ? 3 : 1, ...(state.range ? { range: state.range } : {}) } },
      axes: datedAxes(state.y),
      cursor: { drag: { x: true, y: false } },
      hooks: {
        setCursor: [(u) => {
          const at = u.cursor.idx;
          time.textContent = at === null || at === undefined ? "" : days ? `t = ${data.t[at]}, ${data.dates[at]}` : `t = ${data.t[at]}`;
          lines.forEach((line, k) => {
            if (at === null || at === undefined) { values[k].textContent = ""; return; }
            const outer = line.bands ? ` (${number(line.bands[0][1][at])} to ${number(line.bands[0][0][at])})` : "";
            values[k].textContent = number(line.y[at]) + outer;
          });
        }],
        draw: [() => { host.dataset.drawn = String(lines.length); }],
      },
    };
    // A logarithmic axis has no place for zero and below.
    const shown = state.log ? columns.map((c, i) => (i === 0 ? c : c.map((v) => (v > 0 ? v : null)))) : columns;
    const frame = element("div");
    host.append(frame, legend);
    host.plot = new uPlot(options, shown, frame);
  };

  const panels = [];
  const panel = (host, state) => {
    panels.push(() => draw(host, state));
    draw(host, state);
  };
  const options = (select, entries) => {
    for (const [value, text] of entries) {
      const option = element("option", text);
      option.value = value;
      select.append(option);
    }
  };
  const subsetChoices = () => [["all", "all"], ...data.subsets.map((s, i) => [String(i), s.label])];

  const SIDE_BY_SIDE = 3;
  // The range of all that these metrics draw in any subset, with a little room; on a logarithmic axis whole decades.
  const reach = (metrics, state) => {
    let [low, high] = [Infinity, -Infinity];
    for (const m of metrics) {
      data.subsets.forEach((_, s) => {
        for (const line of plan({ ...state, metrics: [m], labels: null, subset: String(s) })) {
          for (const points of [line.y, ...(line.bands || []).flatMap(([a, b]) => [a, b])]) {
            for (const v of points) {
              if (v === null || (state.log && v <= 0)) continue;
              low = Math.min(low, v);
              high = Math.max(high, v);
            }
          }
        }
      });
    }
    if (!(low <= high)) return undefined;
    if (state.log) return [10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high))];
    const room = (high - low || Math.abs(high) || 1) * 0.05;
    return [low >= 0 && low < high * 0.5 ? 0 : low - room, high + room];
  };

  for (const preset of data.presets) {
    const units = new Set(preset.metrics.map((m) => data.metrics[m].unit));
    const unit = units.size === 1 ? data.metrics[preset.metrics[0]].unit : "";
    const state = {
      metrics: preset.metrics,
      labels: preset.labels.map((l, i) => (units.size > 1 ? withUnit(l, data.metrics[preset.metrics[i]].unit) : l)),
      y: preset.y || (preset.metrics.length === 1 ? withUnit(preset.labels[0], unit) : unit && unit !== "1" ? `[${unit}]` : ""),
      subset: data.subsets.length > 1 && preset.metrics.length > 1 ? "0" : "all",
      mode: preset.runs ? "runs" : "bands",
      log: preset.log,
    };
    const block = element("section");
    block.append(element("h3", preset.title));
    document.getElementById("presets").append(block);
    const many = data.subsets.length;
    if (preset.metrics.length > 1 && many > 1 && many <= SIDE_BY_SIDE) {
      // Several metrics in a few subsets stand side by side on the same scale.
      const range = reach(preset.metrics, state);
      const grid = element("div", undefined, "panels");
      block.append(grid);
      const hosts = data.subsets.map((subset) => {
        const cell = element("div");
        const host = element("div", undefined, "chart");
        cell.append(element("h4", subset.label), host);
        grid.append(cell);
        return host;
      });
      // Drawn once all stand, so that each knows its width.
      hosts.forEach((host, i) => panel(host, { ...state, subset: String(i), range }));
      continue;
    }
    const host = element("div", undefined, "chart");
    if (many > 1) {
      const controls = element("form", undefined, "controls");
      const label = element("label", "Subset ");
      const select = element("select");
      options(select, subsetChoices());
      select.value = state.subset;
      select.addEventListener("change", () => { state.subset = select.value; draw(host, state); });
      label.append(select);
      controls.append(label);
      block.append(controls);
    }
    block.append(host);
    panel(host, state);
  }

  const explore = { metrics: [0], subset: "all", mode: "bands", log: false, y: "" };
  const get = (id) => document.getElementById(id);
  options(get("explore-metric"), data.metrics.map((m, i) => [String(i), m.name]));
  options(get("explore-subset"), subsetChoices());
  const redraw = () => {
    const metric = data.metrics[Number(get("explore-metric").value)];
    explore.metrics = [Number(get("explore-metric").value)];
    explore.subset = get("explore-subset").value;
    explore.mode = get("explore-mode").value;
    explore.log = get("explore-log").checked;
    explore.y = withUnit(metric.name, metric.unit);
    get("explore-doc").textContent = metric.doc;
    draw(get("explore-chart"), explore);
  };
  for (const id of ["explore-metric", "explore-subset", "explore-mode", "explore-log"]) get(id).addEventListener("change", redraw);
  get("explore-chart").className = "chart";
  get("explore-mode").value = data.lines ? "runs" : "bands";
  if (data.metrics.length > 0) {
    redraw();
    panels.push(redraw);
  }

  const wiring = data.wiring;
  const diagram = get("wiring-diagram");
  if (wiring && diagram && typeof dagre !== "undefined") {
    const edges = wiring.wires.map((w) => ({ from: w.from, to: w.to, label: w.label }));
    const picture = tecmnsWiring(diagram, { nodes: wiring.nodes, edges });
    const controls = document.querySelector("#wiring .zoom");
    controls.hidden = false;
    controls.addEventListener("click", (event) => picture.zoom(event.target.dataset.zoom));
  }

  const chooser = get("summary-subset");
  if (chooser) {
    chooser.addEventListener("change", () => {
      for (const row of document.querySelectorAll("#summary-table tbody tr")) {
        row.hidden = chooser.value !== "" && row.dataset.subset !== chooser.value;
      }
    });
  }
  const again = () => panels.forEach((redrawPanel) => redrawPanel());
  tecmnsPlot.system.addEventListener("change", again);
  let waiting;
  window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(again, 150); });
})();
