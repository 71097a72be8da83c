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

export const picture = async (host, wiring, chosen, metrics = true) => {
  await layout();
  const nodes = wiring.nodes.map((n) => {
    const names = (n.metrics || []).map((m) => inside(n.name, typeof m === "string" ? m : m.name));
    return { name: n.name, kind: n.kind, lines: metrics ? names.slice(0, METRICS) : [], metrics: names };
  });
  const edges = wiring.edges.map((e) => {
    const [from, to] = [owner(nodes, e.from), owner(nodes, e.to)];
    if (!from || !to) return null;
    const [metric, input] = [inside(from, e.from), inside(to, e.to)];
    return { from, to, label: e.label ?? (metric === input ? metric : `${metric} \u2192 ${input}`) };
  }).filter(Boolean);
  return { ...tecmnsWiring(host, { nodes, edges }, chosen), nodes };
};
