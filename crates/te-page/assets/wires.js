// The wiring of a system as a picture: components, and which metric goes where.

let loading = null;

// The layout library is fetched when the first picture is drawn.
export const layout = () => {
  loading ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = "dagre.js";
    script.onload = done;
    script.onerror = () => failed(new Error("the layout library did not load"));
    document.head.append(script);
  });
  return loading;
};

const METRICS = 6;

// `name` without the component in front of it.
const inside = (component, name) => (name.startsWith(`${component}.`) ? name.slice(component.length + 1) : name);

// The component of `a.b.metric`: the longest that the name begins with.
const owner = (nodes, name) => nodes.map((n) => n.name).filter((n) => name === n || name.startsWith(`${n}.`)).sort((a, b) => b.length - a.length)[0];

// The metrics that names stand for: component and metric; through derived columns the component alone.
const sources = (nodes, derived, names, seen = new Set()) => {
  const out = new Map();
  for (const name of names) {
    const column = derived.find((d) => d.name === name);
    if (column && !seen.has(name)) {
      seen.add(name);
      for (const [from] of sources(nodes, derived, column.text.match(/[A-Za-z_][\w.]*/g) || [], seen)) out.set(from, [from, null]);
      continue;
    }
    const from = owner(nodes, name);
    if (from) out.set(`${name} of ${from}`, [from, inside(from, name)]);
  }
  return [...out.values()];
};

export const picture = async (host, wiring, chosen, metrics = true) => {
  await layout();
  const nodes = wiring.nodes.map((n) => {
    const names = (n.metrics || []).map((m) => inside(n.name, typeof m === "string" ? m : m.name));
    return { name: n.name, kind: n.kind, lines: metrics ? names.slice(0, METRICS) : [], metrics: names };
  });
  const edges = wiring.edges.flatMap((e) => {
    const to = owner(nodes, e.to);
    const input = inside(to, e.to);
    return sources(nodes, wiring.derived || [], e.reads || [e.from]).map(([from, metric]) => ({ from, to, label: metric === null || metric === input ? input : `${metric} \u2192 ${input}` }));
  });
  const drawn = tecmnsWiring(host, { nodes, edges }, chosen);
  // A small system is not blown up.
  drawn.svg.style.maxWidth = `${Math.round(drawn.width * 1.15)}px`;
  return { ...drawn, nodes };
};
