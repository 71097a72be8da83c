// Components and wires as they stand in a text that does not run yet.

const HEADER = /^\s*\[(\[?)\s*([\w".\- ]+?)\s*\]?\]\s*(?:#.*)?$/;
const PAIR = /^\s*(["\w.-]+)\s*=\s*(.*)$/;
const quoted = (text) => /^"((?:[^"\\]|\\.)*)"/.exec(text.trim())?.[1].replace(/\\(.)/g, "$1") ?? null;
const bare = (name) => name.replaceAll('"', "");

// Nodes with their inputs and metrics, and wires between them; `kinds` says what a kind has.
export const outline = (text, kinds) => {
  const nodes = new Map();
  const wires = [];
  const equations = new Map();
  let take = () => {};
  for (const line of text.split("\n")) {
    const header = HEADER.exec(line);
    if (header) {
      const path = bare(header[2]).split(".");
      take = () => {};
      if (/^(un)?controllables$/.test(path[0]) && path.length === 2) {
        const node = { name: path[1], kind: "" };
        nodes.set(node.name, node);
        take = (key, value) => { if (key === "kind" || key === "of") node[key] = quoted(value); };
      } else if (path[0] === "wire") {
        const wire = {};
        wires.push(wire);
        take = (key, value) => { if (key === "from" || key === "to") wire[key] = quoted(value); };
      } else if (path[0] === "equations" && path.length === 3) {
        const made = equations.get(path[1]) ?? { inputs: [], metrics: [] };
        equations.set(path[1], made);
        const list = { input: made.inputs, state: made.metrics, let: made.metrics }[path[2]];
        if (list) take = (key, value) => list.push({ name: key, unit: /unit\s*=\s*"([^"]*)"/.exec(value)?.[1] ?? "1" });
      }
      continue;
    }
    const pair = PAIR.exec(line);
    if (pair) take(bare(pair[1]), pair[2]);
  }
  for (const node of nodes.values()) {
    const has = equations.get(node.of) ?? kinds.find((k) => k.kind === node.kind) ?? { inputs: [], metrics: [] };
    node.inputs = has.inputs;
    node.metrics = has.metrics;
  }
  const known = (name) => nodes.has(name.slice(0, name.indexOf(".")));
  const edges = wires.filter((w) => w.from && w.to && known(w.to)).map((w) => ({ ...w, reads: (w.from.match(/[A-Za-z_][\w.]*/g) || []).filter(known) }));
  return { nodes: [...nodes.values()], edges };
};
