"use strict";
// A wiring diagram, laid out by dagre for the width at hand: from left to right, on narrow screens downwards.
//
// `nodes` are `{ name, kind, lines }`: `lines` (may be absent) are names of metrics that stand in the box, with a value
// each that `show` sets. `edges` are `{ from, to, label }`; those between the same two are one line with all labels.
const tecmnsWiring = (host, { nodes, edges }, chosen) => {
  const SVG = "http://www.w3.org/2000/svg";
  const LABELS = 3;
  const LINE = 16;
  const shape = (tag, attributes, text) => {
    const e = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
    if (text !== undefined) e.textContent = text;
    return e;
  };
  const graph = new dagre.graphlib.Graph();
  const narrow = host.clientWidth < 600;
  graph.setGraph({ rankdir: narrow ? "TB" : "LR", nodesep: 26, ranksep: narrow ? 46 : 60, edgesep: 14, marginx: 12, marginy: 12 });
  for (const n of nodes) {
    const lines = n.lines || [];
    const longest = Math.max(n.name.length, n.kind.length * 0.92, ...lines.map((l) => l.length * 0.92 + 10));
    graph.setNode(n.name, { label: n.name, kind: n.kind, lines, width: Math.max(110, 7.8 * longest + 24), height: 50 + (lines.length ? LINE * lines.length + 8 : 0) });
  }
  const wires = new Map();
  for (const wire of edges) {
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
  const drawn = graph.edges().map((e) => graph.edge(e));
  for (const edge of drawn) {
    // Through the middles between the points, so that the line is smooth.
    const [first, ...rest] = edge.points;
    let d = `M${first.x} ${first.y}`;
    rest.slice(0, -1).forEach((p, i) => { const q = rest[i + 1]; const end = i === rest.length - 2; d += `Q${p.x} ${p.y} ${end ? q.x : (p.x + q.x) / 2} ${end ? q.y : (p.y + q.y) / 2}`; });
    if (rest.length === 1) d += `L${rest[0].x} ${rest[0].y}`;
    svg.append(shape("path", { d, "marker-end": "url(#wire-end)" }));
  }
  const values = new Map();
  for (const name of graph.nodes()) {
    const n = graph.node(name);
    const top = n.y - n.height / 2;
    const group = shape("g", { class: "node", "data-node": name });
    group.append(shape("rect", { x: n.x - n.width / 2, y: top, width: n.width, height: n.height, rx: 6 }));
    group.append(shape("text", { x: n.x, y: top + 22, "text-anchor": "middle" }, n.label));
    group.append(shape("text", { class: "kind", x: n.x, y: top + 40, "text-anchor": "middle" }, n.kind));
    n.lines.forEach((line, i) => {
      const y = top + 62 + LINE * i;
      const value = shape("text", { class: "metric", x: n.x + n.width / 2 - 10, y, "text-anchor": "end" }, "");
      group.append(shape("text", { class: "kind", x: n.x - n.width / 2 + 10, y }, line), value);
      values.set(`${name}.${line}`, value);
    });
    if (chosen) {
      group.setAttribute("tabindex", "0");
      group.setAttribute("role", "button");
      group.setAttribute("aria-label", `${n.label}, ${n.kind}`);
      group.addEventListener("click", () => chosen(name));
      group.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); chosen(name); } });
    }
    svg.append(group);
  }
  if (chosen) svg.setAttribute("role", "group");
  for (const edge of drawn) {
    edge.lines.forEach((line, i) => {
      const text = shape("text", { class: "wire", x: edge.x, y: edge.y + 4 + 15 * (i - (edge.lines.length - 1) / 2), "text-anchor": "middle" }, line);
      text.append(shape("title", {}, edge.all.join("\n")));
      svg.append(text);
    });
  }
  let view = [0, 0, width, height];
  const show = () => svg.setAttribute("viewBox", view.map((v) => v.toFixed(1)).join(" "));
  const scale = (factor) => {
    const [x, y, w, h] = view;
    view = [x + (w * (1 - factor)) / 2, y + (h * (1 - factor)) / 2, w * factor, h * factor];
    show();
  };
  const zoom = (what) => {
    if (what === "in") scale(1 / 1.4);
    if (what === "out") scale(1.4);
    if (what === "fit") { view = [0, 0, width, height]; show(); }
  };
  show();
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    scale(event.deltaY > 0 ? 1.15 : 1 / 1.15);
  }, { passive: false });
  let grip = null;
  svg.addEventListener("pointerdown", (event) => {
    grip = [event.clientX, event.clientY, ...view];
    if (!chosen) svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const perPixel = view[2] / svg.clientWidth;
    view = [grip[2] - (event.clientX - grip[0]) * perPixel, grip[3] - (event.clientY - grip[1]) * perPixel, view[2], view[3]];
    show();
  });
  for (const end of ["pointerup", "pointercancel", "pointerleave"]) svg.addEventListener(end, () => { grip = null; });
  // Never so small that words cannot be read; a wider diagram scrolls in its frame.
  svg.style.minWidth = `${Math.round(width * (narrow ? 0.5 : 0.8))}px`;
  host.replaceChildren(svg);
  svg.dataset.drawn = String(nodes.length);
  const set = (name, text) => { const value = values.get(name); if (value) value.textContent = text; };
  return { zoom, set, svg, width };
};
