// Sliders, switches and choices: one for each parameter, grouped by who decides.

import { get, h, settled, tidy, unitOf, withUnit } from "./dom.js";
import { allowed, scale } from "./scale.js";
import { base, differences, eventTimes, on, page, reset, setEvent, setOther, setParam, valueOf } from "./settings.js";

const SIDES = [["controllable", "What a community can set"], ["world", "What the world decides"]];

const sideOf = (p, group) => {
  if (p.role === "environment" || p.role === "random") return "world";
  if (p.role === "controllable") return "controllable";
  return group.side === "uncontrollable" ? "world" : "controllable";
};

let rows = [];
let count = 0;

// Errors with their codes, where they belong.
const atPlace = (spot, errors) => {
  spot.hidden = errors.length === 0;
  spot.textContent = errors.map((e) => `${e.code ? `${e.code}: ` : ""}${e.message}`).join("\n");
};

// A long name may break behind its underscores and dots.
const breakable = (name) => name.split(/(?<=[_.])/).flatMap((part, i) => (i === 0 ? [part] : [h("wbr"), part]));

// One parameter: its name, its control, what is said of it, and an error that stands at it.
class Row {
  constructor(p, startSweep) {
    this.p = p;
    this.id = `p${(count += 1)}`;
    const doc = h("p", { class: "doc", id: `${this.id}-doc`, hidden: true }, [p.doc, allowed(p) && `Allowed: ${allowed(p)}.`, p.initial && "Read at the start of a run only.", p.fixed && p.why].filter(Boolean).join(" "));
    const info = h("button", { type: "button", class: "info", "aria-expanded": "false", "aria-controls": doc.id, "aria-label": `About ${p.label}`, title: p.doc }, "?");
    info.addEventListener("click", () => { doc.hidden = !doc.hidden; info.setAttribute("aria-expanded", String(!doc.hidden)); });
    this.back = h("button", { type: "button", class: "info", hidden: true, "aria-label": `Reset ${p.label}`, title: "Back to the file's value", onclick: () => setParam(p.name, base(p)) }, "\u21ba");
    const sweep = (p.type === "number" || p.type === "integer") && !p.fixed && h("button", { type: "button", class: "info sweep-this", "aria-label": `Sweep ${p.label}`, title: "Sweep it: what comes out over a range of this parameter", onclick: () => startSweep(p.name) }, "\u223f");
    this.error = h("p", { class: "error", id: `${this.id}-error`, role: "alert", hidden: true });
    this.host = h("div", { class: "param", "data-name": p.name },
      h("div", { class: "head" }, h("label", { for: this.id }, ...breakable(p.label)), h("span", { class: "unit" }, unitOf(p.unit)), h("span", { class: "gap" }), this.back, sweep, info, ...this.control()), this.slider, doc, this.error);
    this.words = `${p.name} ${p.doc} ${p.unit}`.toLowerCase();
  }

  control() {
    const { p } = this;
    const common = { id: this.id, disabled: Boolean(p.fixed), title: p.fixed ? p.why || "set by the file" : null, "aria-describedby": `${this.id}-error` };
    if (p.type === "boolean") {
      this.field = h("input", { ...common, type: "checkbox", role: "switch", onchange: () => setParam(p.name, this.field.checked) });
      this.show = (v) => { this.field.checked = v === true; };
    } else if (p.type === "choice") {
      this.field = h("select", { ...common, onchange: () => setParam(p.name, this.field.value) }, ...(p.optional && !p.choices.includes("none") ? ["none"] : []).concat(p.choices).map((c) => h("option", { value: c }, c)));
      this.show = (v) => { this.field.value = v; };
    } else if ((p.type === "number" || p.type === "integer") && typeof p.value === "number") {
      this.number(common);
    } else {
      this.field = h("input", { ...common, type: "text", class: "text", onchange: () => setParam(p.name, parsed(p, this.field.value)) });
      this.show = (v) => { this.field.value = typeof v === "object" ? JSON.stringify(v) : v; };
    }
    return [this.field];
  }

  number(common) {
    const { p } = this;
    const way = scale(p);
    const bound = (b) => (typeof b?.value === "number" ? b.value : null);
    // Neither `min` nor `max` stop typing: what is not allowed is refused by the server, with its code, below the slider.
    this.field = h("input", { ...common, type: "number", step: "any", inputmode: "decimal", "data-min": bound(p.lower), "data-max": bound(p.upper) });
    this.field.addEventListener("input", () => {
      const v = this.field.valueAsNumber;
      if (Number.isFinite(v)) setParam(p.name, v);
    });
    this.field.addEventListener("focus", () => { this.field.value = valueOf(p); });
    this.field.addEventListener("blur", () => this.refresh());
    this.slider = h("input", { type: "range", min: way.min, max: way.max, step: way.step, disabled: Boolean(p.fixed), "aria-label": p.label, "aria-describedby": `${this.id}-error` });
    this.slider.addEventListener("input", () => {
      const v = way.value(Number(this.slider.value));
      if (v !== valueOf(p)) setParam(p.name, v);
    });
    this.show = (v) => {
      if (document.activeElement !== this.field) { this.field.value = Number(v.toPrecision(7)); this.field.title = String(v); }
      const place = way.place(v);
      if (document.activeElement !== this.slider || way.value(Number(this.slider.value)) !== v) this.slider.value = String(place);
      this.slider.setAttribute("aria-valuetext", withUnit(tidy(v), unitOf(p.unit)));
      const share = Math.min(1, Math.max(0, (place - way.min) / (way.max - way.min || 1)));
      this.slider.style.setProperty("--share", `${(100 * share).toFixed(2)}%`);
    };
  }

  refresh() {
    const value = valueOf(this.p);
    this.show(value);
    const own = this.p.name in page.settings.set;
    this.host.classList.toggle("changed", own);
    this.back.hidden = !own;
  }

  refuse(errors) {
    atPlace(this.error, errors);
    this.host.classList.toggle("refused", errors.length > 0);
    for (const field of [this.field, this.slider].filter(Boolean)) field.setAttribute("aria-invalid", String(errors.length > 0));
  }
}

const parsed = (p, text) => {
  const number = Number(text);
  return (p.type === "number" || p.type === "integer") && text.trim() !== "" && Number.isFinite(number) ? number : text;
};

const groupOf = (group, list, open, startSweep) => {
  const made = list.map((p) => new Row(p, startSweep));
  rows.push(...made);
  const now = made.filter((r) => !r.p.initial);
  const start = made.filter((r) => r.p.initial);
  const first = start.length > 0 && h("details", { class: "start", open: now.length === 0 }, h("summary", {}, "At the start"), ...start.map((r) => r.host));
  return h("details", { class: "group", open, "data-component": group.component },
    h("summary", { title: group.doc }, h("b", {}, group.component), " ", h("span", { class: "kind" }, group.kind)), ...now.map((r) => r.host), first);
};

const build = (startSweep) => {
  const host = get("params");
  host.replaceChildren();
  rows = rows.filter((r) => r.event);
  const many = page.system.groups.reduce((n, g) => n + g.params.length, 0) > 40;
  for (const [side, title] of SIDES) {
    const groups = page.system.groups.map((g) => [g, g.params.filter((p) => sideOf(p, g) === side)]).filter(([, list]) => list.length > 0);
    if (groups.length === 0) continue;
    host.append(h("section", { class: "side", "data-side": side }, h("h3", {}, title), ...groups.map(([g, list], i) => groupOf(g, list, !many || (i === 0 && side === "controllable"), startSweep))));
  }
};

const search = () => {
  const words = get("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const row of rows) {
    const fits = words.every((w) => row.words.includes(w));
    row.host.hidden = !fits;
    if (fits) found += 1;
  }
  for (const details of get("params").querySelectorAll("details")) {
    const some = details.querySelector(".param:not([hidden])");
    details.hidden = !some;
    if (words.length > 0 && some) details.open = true;
  }
  for (const side of get("params").querySelectorAll(".side")) side.hidden = !side.querySelector(".param:not([hidden])");
  get("found").textContent = words.length === 0 ? "" : found === 0 ? "no parameter found" : `${found} of ${rows.length}`;
};

// Events as switches, with their times.
const happenings = (startSweep) => {
  const { system } = page;
  rows = rows.filter((r) => !r.event);
  get("event-list").replaceChildren();
  get("events").hidden = system.events.length === 0;
  for (const e of system.events) {
    const box = h("input", { type: "checkbox", role: "switch", id: `event-${e.name}`, "data-event": e.name, onchange: () => setEvent(e.name, box.checked) });
    box.disabled = e.switch === false;
    const times = eventTimes(e).map((p) => new Row(p, startSweep));
    for (const row of times) row.event = true;
    rows.push(...times);
    get("event-list").append(h("div", { class: "event" }, box, h("label", { for: box.id }, e.name), h("span", { class: "doc" }, e.text || ""), h("p", { class: "error", role: "alert", "data-at": `event:${e.name}`, hidden: true })), ...times.map((r) => r.host));
  }
};

// Variant, and the numbers of the runs.
const scenario = () => {
  const { system } = page;
  const variant = get("variant");
  get("variants").hidden = system.variants.length < 2;
  variant.append(...system.variants.map((v) => h("option", { value: v.name, title: v.doc || "" }, v.name)));
  variant.addEventListener("change", () => setOther("variant", variant.value === system.variants[0]?.name ? null : variant.value));
  for (const name of ["runs", "seed", "timesteps"]) {
    get(name).addEventListener("input", settled(() => {
      const v = get(name).valueAsNumber;
      const well = get(name).checkValidity();
      atPlace(document.querySelector(`[data-at="${name}"]`), well ? [] : [{ code: null, message: `${name}: ${get(name).validationMessage}` }]);
      get(name).setAttribute("aria-invalid", String(!well));
      if (!well) return;
      setOther(name, Number.isFinite(v) ? v : null);
    }, 200));
  }
  get("luck").addEventListener("click", () => setOther("seed", Math.floor(Math.random() * 2 ** 32)));
};

const refresh = () => {
  const { settings, system } = page;
  for (const row of rows) row.refresh();
  get("variant").value = settings.variant ?? system.variants[0]?.name ?? "";
  for (const box of get("event-list").querySelectorAll("[data-event]")) box.checked = settings.events[box.dataset.event] !== false;
  for (const name of ["runs", "seed", "timesteps"]) {
    if (document.activeElement !== get(name)) get(name).value = settings[name] ?? "";
    get(name).placeholder = name === "runs" ? "100, growing" : String(system[name] ?? "");
  }
  const n = differences(settings).length;
  get("reset").disabled = n === 0;
  get("changes").textContent = n === 0 ? "as in the file" : `${n} changed`;
};

// Errors stand where the setting is; those that have no place of their own stand above the charts.
const refuse = () => {
  const rest = [];
  const placed = new Map();
  for (const e of page.errors) {
    const row = rows.find((r) => r.p.name === e.at) || rows.find((r) => e.at?.startsWith(`${r.p.name}.`));
    const spot = !row && e.at && document.querySelector(`[data-at="${CSS.escape(e.at)}"]`);
    if (row) placed.set(row, [...(placed.get(row) || []), e]);
    else if (spot) placed.set(spot, [...(placed.get(spot) || []), e]);
    else rest.push(e);
  }
  for (const row of rows) row.refuse(placed.get(row) || []);
  for (const spot of document.querySelectorAll("[data-at]")) {
    atPlace(spot, placed.get(spot) || []);
  }
  const first = [...placed.keys()].find((k) => k instanceof Row);
  for (let up = first?.host.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
  const unknown = Object.keys(page.settings.set).filter((name) => !rows.some((r) => r.p.name === name) && rest.some((e) => e.at === name));
  const drop = unknown.length > 0 && h("button", { type: "button", onclick: () => { for (const name of unknown) delete page.settings.set[name]; reset(page.settings); } }, `Leave out ${unknown.join(", ")}`);
  get("problems").hidden = rest.length === 0;
  get("problems").replaceChildren(...rest.map((e) => h("p", {}, e.code && h("b", {}, `${e.code} `), e.at && !e.message.includes(e.at) && `${e.at}: `, e.message)), drop || "");
  document.body.classList.toggle("refused", page.errors.length > 0);
};

export const begin = (startSweep) => {
  rows = [];
  build(startSweep);
  happenings(startSweep);
  scenario();
  refresh();
  get("search").addEventListener("input", search);
  get("reset").addEventListener("click", () => reset());
  on("settings", refresh);
  on("errors", refuse);
  on("system", () => { build(startSweep); happenings(startSweep); refresh(); search(); });
  if (rows.length === 0) get("params").append(h("p", { class: "doc" }, "This system has no parameters."));
};
