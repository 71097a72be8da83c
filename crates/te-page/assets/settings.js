// What the reader has set and looks at. The address holds all of it, so that reload, history and links restore it.

import { settled } from "./dom.js";

export const page = {
  system: null,
  settings: { set: {}, events: {} },
  pin: null,
  view: "charts",
  mode: "bands",
  grow: true,
  figures: [],
  extra: [],
  logs: {},
  sweep: {},
  step: 0,
  // The newest answer of runs, and of which change it is the answer.
  latest: null,
  generation: 0,
  errors: [],
};

const listeners = new Map();

// Calls `f` whenever `topic` is told: `settings`, `pin`, `figures`, `look` (what charts show), `view`, `theme`, `system`; `range` and
// `step` (of the sweep, of the run) are only remembered; `state` and `errors` are answers.
export const on = (topic, f) => {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(f);
};

export const tell = (topic, detail) => {
  for (const f of listeners.get(topic) || []) f(detail);
  if (topic !== "state" && topic !== "errors") remember();
};

// The times of an event are parameters too.
export const eventTimes = (e) => (e.times || []).map((t) => ({ name: t.name, label: t.key, type: "integer", value: t.value, default: t.value, unit: "", doc: `Timestep of the event ${e.name}${t.date ? ` (${t.date} in the file)` : ""}.`, role: "controllable", lower: { value: 0, open: false }, upper: null, soft: [0, page.system.timesteps], step: 1 }));

export const params = () => [...page.system.groups.flatMap((g) => g.params), ...page.system.events.flatMap(eventTimes)];
export const param = (name) => params().find((p) => p.name === name);

const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

export const variantOf = (settings) => page.system.variants.find((v) => v.name === settings.variant) || page.system.variants[0];

// What a parameter is where the reader has set nothing.
export const base = (p, settings = page.settings) => variantOf(settings)?.set?.[p.name] ?? p.value;

export const valueOf = (p, settings = page.settings) => (p.name in settings.set ? settings.set[p.name] : base(p, settings));

// The number of changes, also in the document: charts say the change that they show.
const count = () => {
  page.generation += 1;
  document.documentElement.dataset.setting = String(page.generation);
};

const changed = () => {
  count();
  tell("settings");
};

export const setParam = (name, value) => {
  const p = param(name);
  if (p && same(value, base(p))) delete page.settings.set[name];
  else page.settings.set[name] = value;
  changed();
};

export const setEvent = (name, happens) => {
  if (happens) delete page.settings.events[name];
  else page.settings.events[name] = false;
  changed();
};

// Sets `variant`, `runs`, `seed` or `timesteps`; `null` is the file's own.
export const setOther = (name, value) => {
  if (value === null) delete page.settings[name];
  else page.settings[name] = value;
  changed();
};

export const reset = (settings = { set: {}, events: {} }) => {
  page.settings = structuredClone(settings);
  changed();
};

// In words, what a setting has that the file has not.
export const differences = (settings) => {
  const out = [];
  if (settings.variant && settings.variant !== page.system.variants[0]?.name) out.push(settings.variant);
  for (const [name, value] of Object.entries(settings.set)) out.push(`${name} = ${value}`);
  for (const name of Object.keys(settings.events)) out.push(`without ${name}`);
  for (const name of ["runs", "seed", "timesteps"]) if (name in settings) out.push(`${name} = ${settings[name]}`);
  return out;
};

// ---- the address

const FIELDS = { s: "settings", p: "pin", v: "view", m: "mode", g: "grow", f: "figures", x: "extra", l: "logs", w: "sweep", t: "step" };

// As letters that no program breaks a link at; what is as at first is left out.
const fresh = structuredClone(Object.values(FIELDS).map((name) => page[name]));

export const address = () => {
  const held = {};
  Object.entries(FIELDS).forEach(([short, name], i) => { if (!same(page[name], fresh[i])) held[short] = page[name]; });
  const bytes = new TextEncoder().encode(JSON.stringify(held));
  return `#${btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")}`;
};

const read = (text) => {
  const said = decodeURIComponent(text);
  if (said.startsWith("{")) return JSON.parse(said);
  const bytes = Uint8Array.from(atob(said.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
};

// The address is written once a slider rests, as browsers allow few changes of it. A reload before that has the tab's own note.
const note = () => `tecmns ${location.pathname}${location.search}`;
const write = settled(() => history.replaceState(null, "", address()), 250);
const remember = () => {
  // Without storage (as some private windows are) the address alone remembers.
  try { sessionStorage.setItem(note(), address()); } catch { /* nothing else to do */ }
  write();
};

// What a page opens with: after a reload what it showed, else what its address holds.
export const opening = () => {
  const [navigation] = performance.getEntriesByType("navigation");
  if (navigation?.type !== "reload") return location.hash;
  try { return sessionStorage.getItem(note()) ?? location.hash; } catch { return location.hash; }
};

const plain = (v) => v !== null && typeof v === "object" && !Array.isArray(v);

const settingsFrom = (v) => {
  if (!plain(v)) return null;
  const out = { set: plain(v.set) ? v.set : {}, events: {} };
  for (const [name, happens] of Object.entries(plain(v.events) ? v.events : {})) if (happens === false) out.events[name] = false;
  if (typeof v.variant === "string") out.variant = v.variant;
  for (const name of ["runs", "seed", "timesteps"]) if (typeof v[name] === "number") out[name] = v[name];
  return out;
};

// Takes over what an address holds. A part that cannot be read is left as it is; a whole that cannot be read is said.
export const restore = (hash) => {
  const at = hash.indexOf("#");
  const text = at < 0 ? hash : hash.slice(at + 1);
  if (!text) return false;
  let held;
  try { held = read(text); } catch { return false; }
  if (!plain(held)) return false;
  Object.values(FIELDS).forEach((name, i) => { page[name] = structuredClone(fresh[i]); });
  page.settings = settingsFrom(held.s) || page.settings;
  page.pin = settingsFrom(held.p);
  if (["charts", "sweep", "steps", "file"].includes(held.v)) page.view = held.v;
  if (["bands", "runs", "finals", "difference"].includes(held.m)) page.mode = held.m;
  if (typeof held.g === "boolean") page.grow = held.g;
  if (Array.isArray(held.f)) page.figures = held.f.filter((f) => plain(f) && typeof f.name === "string" && typeof f.of === "string");
  if (Array.isArray(held.x)) page.extra = held.x.filter((c) => typeof c === "string");
  if (plain(held.l)) page.logs = held.l;
  if (plain(held.w)) page.sweep = held.w;
  if (Number.isInteger(held.t)) page.step = held.t;
  count();
  return true;
};
