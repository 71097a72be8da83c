"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // Points that are all the same are written once.
  const wide = (points) => (points.length === 1 ? data.t.map(() => points[0]) : points);
  for (const cell of data.cells.flat()) {
    cell.runs = cell.runs.map(wide);
    if (cell.q) cell.q = cell.q.map(wide);
  }
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const light = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"];
  const night = ["#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#FFFFFF"];
  const dashes = [null, [8, 4], [2, 4], [8, 4, 2, 4]];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  // Dark to light, for more lines than the palette has colours.
  const scale = ["#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725"];
  const channels = (hex) => [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
  const color = (i, of = 1) => {
    const palette = dark.matches ? night : light;
    if (of <= palette.length) return palette[i % palette.length];
    // The ends of the scale are too near to the grounds.
    const share = dark.matches ? 0.25 + (0.75 * i) / (of - 1) : (0.85 * i) / (of - 1);
    const at = share * (scale.length - 1);
    const [a, b] = [Math.floor(at), Math.min(Math.floor(at) + 1, scale.length - 1)].map((k) => channels(scale[k]));
    const mixed = a.map((v, k) => Math.round(v + (b[k] - v) * (at - Math.floor(at))));
    return "#" + mixed.map((v) => v.toString(16).padStart(2, "0")).join("");
  };
  const faded = (hex, alpha) => hex + Math.round(alpha * 255).toString(16).padStart(2, "0");
  const element = (tag, text, className) => {
    const e = document.createElement(tag);
    if (text !== undefined) e.textContent = text;
    if (className) e.className = className;
    return e;
  };
  const withUnit = (name, unit) => (unit && unit !== "1" ? `${name} [${unit}]` : name);

  const number = (v) => {
    if (v === null || v === undefined) return "";
    const size = Math.abs(v);
    if (v === 0) return "0";
    if (size >= 1e9 || size < 1e-4) return v.toExponential(4).replace(/\.?0+e/, "e").replace("e+", "e");
    return size >= 1e5 ? String(Math.round(v)) : String(Number(v.toPrecision(6)));
  };
  const tick = (v) => {
    if (v === null) return "";
    const size = Math.abs(v);
    for (const [from, scale, suffix] of [[1e12, 1e12, "T"], [1e9, 1e9, "G"], [1e6, 1e6, "M"], [1e4, 1e3, "k"]]) {
      if (size >= from && size < 1e15) return Number((v / scale).toPrecision(5)) + suffix;
    }
    return number(v);
  };

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
    const axis = { stroke: css("--text"), grid: { stroke: css("--line"), width: 1 }, ticks: { stroke: css("--line"), width: 1 }, font: "13px system-ui, sans-serif", labelFont: "14px system-ui, sans-serif", labelSize: 24 };
    const options = {
      width: Math.max(240, host.clientWidth), height: 360, padding: [null, days ? 28 : null, null, null], series, bands, legend: { show: false },
      scales: { x: { time: false }, y: { distr: state.log ? 3 : 1, ...(state.range ? { range: state.range } : {}) } },
      axes: [{ ...axis, label: data.x, ...(days ? { values: (_, ticks) => ticks.map(dated), incrs: whole, space: 90 } : {}) }, { ...axis, label: state.y, size: 64, values: (_, ticks) => ticks.map(tick) }],
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

  // The wiring, laid out for the width at hand: from left to right, on narrow screens downwards.
  const wiring = data.wiring;
  const diagram = get("wiring-diagram");
  if (wiring && diagram && typeof dagre !== "undefined") {
    const SVG = "http://www.w3.org/2000/svg";
    const shape = (tag, attributes, text) => {
      const e = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
      if (text !== undefined) e.textContent = text;
      return e;
    };
    const LABELS = 3;
    const graph = new dagre.graphlib.Graph();
    const narrow = diagram.clientWidth < 600;
    graph.setGraph({ rankdir: narrow ? "TB" : "LR", nodesep: 26, ranksep: narrow ? 46 : 60, edgesep: 14, marginx: 12, marginy: 12 });
    const node = (n) => ({ label: n.name, kind: n.kind, width: Math.max(110, 7.8 * Math.max(n.name.length, n.kind.length * 0.92) + 24), height: 50 });
    wiring.nodes.forEach((n) => graph.setNode(n.name, node(n)));
    const wires = new Map();
    for (const wire of wiring.wires) {
      if (!graph.hasNode(wire.from) || !graph.hasNode(wire.to)) continue;
      const key = JSON.stringify([wire.from, wire.to]);
      if (!wires.has(key)) wires.set(key, { from: wire.from, to: wire.to, labels: [] });
      wires.get(key).labels.push(wire.label);
    }
    for (const { from, to, labels } of wires.values()) {
      const lines = labels.length > LABELS ? [...labels.slice(0, LABELS - 1), `and ${labels.length - LABELS + 1} more`] : labels;
      graph.setEdge(from, to, { lines, all: labels, width: 6.6 * Math.max(...lines.map((l) => l.length)) + 8, height: 15 * lines.length + 4, labelpos: "c" });
    }
    dagre.layout(graph);
    const { width, height } = graph.graph();
    const svg = shape("svg", { class: "wiring laid-out", role: "img", "aria-label": "wiring diagram" });
    const defs = shape("defs", {});
    const marker = shape("marker", { id: "wire-end", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: "auto" });
    marker.append(shape("path", { d: "M0 0 L10 5 L0 10 z" }));
    defs.append(marker);
    svg.append(defs);
    const edges = graph.edges().map((e) => graph.edge(e));
    for (const edge of edges) {
      // Through the middles between the points, so that the line is smooth.
      const [first, ...rest] = edge.points;
      let d = `M${first.x} ${first.y}`;
      rest.slice(0, -1).forEach((p, i) => { const q = rest[i + 1]; const end = i === rest.length - 2; d += `Q${p.x} ${p.y} ${end ? q.x : (p.x + q.x) / 2} ${end ? q.y : (p.y + q.y) / 2}`; });
      if (rest.length === 1) d += `L${rest[0].x} ${rest[0].y}`;
      svg.append(shape("path", { d, "marker-end": "url(#wire-end)" }));
    }
    for (const name of graph.nodes()) {
      const n = graph.node(name);
      svg.append(shape("rect", { x: n.x - n.width / 2, y: n.y - n.height / 2, width: n.width, height: n.height, rx: 6 }));
      svg.append(shape("text", { x: n.x, y: n.y - 3, "text-anchor": "middle" }, n.label));
      svg.append(shape("text", { class: "kind", x: n.x, y: n.y + 15, "text-anchor": "middle" }, n.kind));
    }
    for (const edge of edges) {
      edge.lines.forEach((line, i) => {
        const text = shape("text", { class: "wire", x: edge.x, y: edge.y + 4 + 15 * (i - (edge.lines.length - 1) / 2), "text-anchor": "middle" }, line);
        text.append(shape("title", {}, edge.all.join("\n")));
        svg.append(text);
      });
    }
    let view = [0, 0, width, height];
    const show = () => svg.setAttribute("viewBox", view.map((v) => v.toFixed(1)).join(" "));
    const zoom = (factor) => {
      const [x, y, w, h] = view;
      view = [x + (w * (1 - factor)) / 2, y + (h * (1 - factor)) / 2, w * factor, h * factor];
      show();
    };
    show();
    const controls = document.querySelector("#wiring .zoom");
    controls.hidden = false;
    controls.addEventListener("click", (event) => {
      const what = event.target.dataset.zoom;
      if (what === "in") zoom(1 / 1.4);
      if (what === "out") zoom(1.4);
      if (what === "fit") { view = [0, 0, width, height]; show(); }
    });
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.15 : 1 / 1.15);
    }, { passive: false });
    let grip = null;
    svg.addEventListener("pointerdown", (event) => { grip = [event.clientX, event.clientY, ...view]; svg.setPointerCapture(event.pointerId); });
    svg.addEventListener("pointermove", (event) => {
      if (!grip) return;
      const perPixel = view[2] / svg.clientWidth;
      view = [grip[2] - (event.clientX - grip[0]) * perPixel, grip[3] - (event.clientY - grip[1]) * perPixel, view[2], view[3]];
      show();
    });
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => { grip = null; });
    // Never so small that words cannot be read; a wider diagram scrolls in its frame.
    svg.style.minWidth = `${Math.round(width * (narrow ? 0.5 : 0.8))}px`;
    diagram.replaceChildren(svg);
    svg.dataset.drawn = String(wiring.nodes.length);
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
  dark.addEventListener("change", again);
  let waiting;
  window.addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(again, 150); });
})();
