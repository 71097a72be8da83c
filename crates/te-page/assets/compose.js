// A system from nothing: kinds from the list, outputs wired to inputs where units fit, equations, and the file beside it all.

import { fetched, posted } from "./api.js";
import { get, h, say, settled, unitOf } from "./dom.js";
import { openText } from "./gallery.js";
import { picture } from "./wires.js";

const BLANK = `[system]
name = "untitled"
description = ""
timesteps = 100
step = "1 day"
`;

// A stock that grows, as a start for equations of one's own.
const EQUATIONS = (name) => `
[controllables.${name}]
kind = "equations"
of = "${name}"

[equations.${name}.param]
rate = { default = 0.01, min = 0, max = 1, unit = "1/day", doc = "Growth of the stock." }

[equations.${name}.state]
level = { initial = 100, rate = "rate * level", unit = "TOK", doc = "What there is." }
`;

let kinds = [];
let system = null;


const kept = () => { try { return sessionStorage.getItem("tecmns-compose"); } catch { return null; } };
const keep = (text) => { try { sessionStorage.setItem("tecmns-compose", text); } catch { /* the text is in the page until reload */ } };

const text = () => get("compose-text").value;

const check = async () => {
  keep(text());
  const asked = text();
  try {
    const answer = await posted("api/check", { text: asked });
    if (asked !== text()) return;
    told(answer.errors || []);
    if (answer.system) { system = answer.system; await draw(); }
  } catch (error) {
    if (!error.errors) throw error;
    told(error.errors);
  }
};

const later = settled(check, 300);

const told = (errors) => {
  const host = get("compose-errors");
  host.replaceChildren(...errors.map((e) => h("li", {}, h("button", { type: "button", class: "line", disabled: !e.line, onclick: () => jump(e.line, e.column || 1) }, e.line ? `line ${e.line}` : "file"), " ", e.code && h("b", {}, `${e.code} `), e.message)));
  get("compose-ok").textContent = errors.length === 0 ? "\u2713 It runs." : errors.length === 1 ? "1 error" : `${errors.length} errors`;
  get("compose-open").disabled = errors.length > 0;
  get("compose-text").setAttribute("aria-invalid", String(errors.length > 0));
};

const jump = (line, column) => {
  const area = get("compose-text");
  const at = area.value.split("\n").slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0) + column - 1;
  area.focus();
  area.setSelectionRange(at, at);
  area.scrollTop = Math.max(0, (line - 5) * 18);
};

const edit = async (change) => {
  try {
    const answer = await posted("api/compose", { text: text(), ...change });
    get("compose-text").value = answer.text;
    await check();
  } catch (error) {
    if (!error.errors) throw error;
    told(error.errors);
  }
};

const kindOf = (name) => kinds.find((k) => k.kind === name || k.name === name);
const kindName = (k) => k.kind ?? k.name;

// The first name that is free: `curve`, `curve2`, ...
const freeName = (kind) => {
  const stem = kind.slice(kind.lastIndexOf("/") + 1).replace(/\W+/g, "_");
  const used = new Set((system?.wiring?.nodes || []).map((n) => n.name));
  let name = stem;
  for (let n = 2; used.has(name) || new RegExp(`^\\[\\w+\\.${name}\\]`, "m").test(text()); n += 1) name = `${stem}${n}`;
  return name;
};

const list = () => {
  const words = get("kind-search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = kinds.filter((k) => words.every((w) => `${kindName(k)} ${k.doc}`.toLowerCase().includes(w)));
  get("kinds").replaceChildren(...found.map((k) => {
    const add = (side) => () => { const name = freeName(kindName(k)); edit({ add: { name, kind: kindName(k), side } }); say(`Added ${name}`); };
    return h("li", { "data-kind": kindName(k) }, h("details", {}, h("summary", {}, h("b", {}, kindName(k))), h("p", { class: "doc" }, k.doc || ""), terms("Inputs", k.inputs), terms("Metrics", k.metrics), terms("Parameters", k.params)),
      h("span", { class: "actions" }, h("button", { type: "button", title: "As something that a community can set", "aria-label": `Add ${kindName(k)} as controllable`, onclick: add("controllable") }, "+ community"), h("button", { type: "button", title: "As something that the world decides", "aria-label": `Add ${kindName(k)} as uncontrollable`, onclick: add("uncontrollable") }, "+ world")));
  }));
  get("kinds-found").textContent = `${found.length} of ${kinds.length}`;
};

const terms = (title, entries) => (entries || []).length > 0 && h("p", { class: "doc" }, h("b", {}, `${title}: `), entries.map((e) => (unitOf(e.unit) ? `${e.name} [${e.unit}]` : e.name)).join(", "));

// ---- wires: only outputs whose unit fits the input are offered first

const ends = () => {
  const outputs = [];
  const inputs = [];
  for (const node of system?.wiring?.nodes || []) {
    const kind = kindOf(node.kind);
    const own = (m) => (typeof m === "string" ? { name: m } : m);
    for (const m of kind?.metrics || (node.metrics || []).map(own)) outputs.push({ name: `${node.name}.${m.name}`, unit: m.unit });
    for (const i of kind?.inputs || (node.inputs || []).map(own)) inputs.push({ name: `${node.name}.${i.name}`, unit: i.unit });
  }
  return { outputs, inputs };
};

export const fits = (a, b) => unitOf(a) === unitOf(b);

const wires = () => {
  const { outputs, inputs } = ends();
  const to = get("wire-to");
  const from = get("wire-from");
  const held = to.value;
  to.replaceChildren(...inputs.map((i) => h("option", { value: i.name }, unitOf(i.unit) ? `${i.name} [${i.unit}]` : i.name)));
  if (inputs.some((i) => i.name === held)) to.value = held;
  const input = inputs.find((i) => i.name === to.value);
  const group = (label, some) => some.length > 0 && h("optgroup", { label }, ...some.map((o) => h("option", { value: o.name }, unitOf(o.unit) ? `${o.name} [${o.unit}]` : o.name)));
  const others = outputs.filter((o) => o.name.split(".")[0] !== to.value.split(".")[0]);
  from.replaceChildren(...[group("Unit fits", others.filter((o) => fits(o.unit, input?.unit))), group("Other units: write an expression", others.filter((o) => !fits(o.unit, input?.unit)))].filter(Boolean));
  get("wire").hidden = inputs.length === 0 || outputs.length === 0;
  expression();
};

const expression = () => {
  const { outputs, inputs } = ends();
  const [o, i] = [outputs.find((x) => x.name === get("wire-from").value), inputs.find((x) => x.name === get("wire-to").value)];
  get("wire-expression").value = get("wire-from").value;
  const well = o && i && fits(o.unit, i.unit);
  get("wire-fit").textContent = !o || !i ? "" : well ? "\u2713 units fit" : `units differ: ${unitOf(o.unit) || "a pure number"} to ${unitOf(i.unit) || "a pure number"}`;
  get("wire-fit").className = well ? "holds" : "fails";
};

const draw = async () => {
  wires();
  const nodes = system.wiring?.nodes || [];
  const removes = nodes.map((n) => h("li", {}, h("b", {}, n.name), " ", h("span", { class: "kind" }, n.kind), " ", h("button", { type: "button", "aria-label": `Remove ${n.name}`, onclick: () => edit({ remove: { name: n.name } }) }, "Remove")));
  const cut = (system.wiring?.edges || []).map((e) => h("li", {}, `${e.from} \u2192 ${e.to} `, h("button", { type: "button", "aria-label": `Remove wire to ${e.to}`, onclick: () => edit({ remove: { wire: e.to } }) }, "Remove")));
  get("compose-parts").replaceChildren(...removes, ...cut);
  get("compose-wiring").hidden = nodes.length === 0;
  if (nodes.length > 0) await picture(get("compose-wiring"), system.wiring, null, false);
};

const save = async (force) => {
  const path = get("compose-path").value.trim();
  const said = get("compose-saved");
  said.replaceChildren();
  try {
    const answer = await posted("api/write", { text: text(), path, ...(force ? { force: true } : {}) });
    said.append(h("p", { class: "holds" }, `\u2713 Saved as ${answer.path ?? path}`));
  } catch (error) {
    if (!error.errors) throw error;
    said.append(h("p", { class: "error", role: "alert" }, error.errors.map((e) => `${e.code ? `${e.code}: ` : ""}${e.message}`).join("; ")));
    if (!force && error.status === 409) said.append(h("button", { type: "button", onclick: () => save(true) }, "Overwrite"));
  }
};

export const begin = async () => {
  document.title = "Compose \u00b7 tecmns";
  get("title").textContent = "Compose a system";
  get("about").textContent = "";
  document.body.classList.add("no-system");
  get("compose").hidden = false;
  get("compose-text").value = kept() || BLANK;
  get("compose-text").addEventListener("input", later);
  get("kind-search").addEventListener("input", list);
  get("wire-to").addEventListener("change", wires);
  get("wire-from").addEventListener("change", expression);
  get("wire").addEventListener("submit", (e) => { e.preventDefault(); edit({ connect: { from: get("wire-expression").value.trim(), to: get("wire-to").value } }); });
  get("compose-equations").addEventListener("click", () => { get("compose-text").value = `${text().trimEnd()}\n${EQUATIONS(freeName("stock"))}`; check(); });
  get("compose-save").addEventListener("submit", (e) => { e.preventDefault(); save(false); });
  get("compose-open").addEventListener("click", () => openText(text()).catch((error) => { if (!error.errors) throw error; told(error.errors); }));
  get("compose-new").addEventListener("click", () => { get("compose-text").value = BLANK; check(); });
  try {
    kinds = await fetched("api/kinds");
  } catch (error) {
    if (!error.errors) throw error;
    told(error.errors);
  }
  list();
  await check();
};

