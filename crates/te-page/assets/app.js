// The page: reads the system, restores what the address holds, and starts its parts.

import { fetched } from "./api.js";
import * as charts from "./charts.js";
import * as controls from "./controls.js";
import { get, h, say } from "./dom.js";
import * as exporting from "./export.js";
import * as figures from "./figures.js";
import * as pin from "./pin.js";
import * as runs from "./run.js";
import { on, opening, page, param, restore, tell } from "./settings.js";
import * as steps from "./steps.js";
import * as sweep from "./sweep.js";

const VIEWS = ["charts", "sweep", "steps", "file"];

// ---- theme: the system's, or the reader's choice

const themes = () => {
  let kept = null;
  try { kept = localStorage.getItem("tecmns-theme"); } catch { /* no storage: the system's theme */ }
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
  const button = get("theme");
  const show = () => {
    const dark = tecmnsPlot.dark();
    button.textContent = dark ? "\u2600" : "\u263e";
    button.setAttribute("aria-label", dark ? "Light colours" : "Dark colours");
    button.title = button.getAttribute("aria-label");
  };
  button.addEventListener("click", () => {
    const theme = tecmnsPlot.dark() ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("tecmns-theme", theme); } catch { /* it holds until reload */ }
    show();
    if (page.system) tell("theme");
  });
  tecmnsPlot.system.addEventListener("change", () => { show(); if (page.system) tell("theme"); });
  show();
};

// ---- tabs

const views = () => {
  const show = () => {
    if (get(`tab-${page.view}`)?.hidden) page.view = "charts";
    for (const view of VIEWS) {
      const here = view === page.view;
      get(`view-${view}`).hidden = !here;
      const tab = get(`tab-${view}`);
      tab.setAttribute("aria-selected", String(here));
      tab.tabIndex = here ? 0 : -1;
    }
  };
  const choose = (view) => { page.view = view; tell("view"); };
  VIEWS.forEach((view) => {
    const tab = get(`tab-${view}`);
    tab.addEventListener("click", () => choose(view));
    tab.addEventListener("keydown", (e) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
      if (!by) return;
      const open = VIEWS.filter((v) => !get(`tab-${v}`).hidden);
      const next = open[(open.indexOf(page.view) + by + open.length) % open.length];
      choose(next);
      get(`tab-${next}`).focus();
    });
  });
  on("view", show);
  show();
};

// On a phone the settings are a sheet at the foot of the screen, so that chart and slider are in sight together.
const sheet = () => {
  const button = get("sheet");
  button.addEventListener("click", () => {
    const open = document.body.classList.toggle("sheet-open");
    if (open && page.view === "charts") get("charts").scrollIntoView();
    button.setAttribute("aria-expanded", String(open));
  });
};

// What can be set and seen of a system, to tell whether two are alike in that.
const parts = ({ groups, columns, events }) => JSON.stringify([groups.map((g) => [g.kind, g.params.map((p) => p.name)]), columns.map((c) => c.name), events.map((e) => e.name)]);

// A variant may have other components and events, and so other parameters: they are asked for when it is chosen.
let described = null;
const adopt = async () => {
  const variant = page.settings.variant ?? null;
  if (variant === described || !page.system.variants.some((v) => v.name === variant || variant === null)) return;
  described = variant;
  let system;
  try {
    system = await fetched("api/system", variant === null ? {} : { variant });
  } catch (error) {
    // The runs of this setting say what is wrong with it.
    if (!error.errors) throw error;
    return;
  }
  if (variant !== described) return;
  // What a parameter is without settings is the file's for all variants; a variant's own values come on top.
  if (parts(system) === parts(page.system)) return;
  const { groups, columns, wiring, events } = system;
  Object.assign(page.system, { groups, columns, wiring, events });
  tell("system");
  const gone = Object.keys(page.settings.set).filter((name) => !param(name));
  if (gone.length > 0) {
    for (const name of gone) delete page.settings.set[name];
    say(`Left out, as this variant has none: ${gone.join(", ")}`);
    tell("settings");
  }
  tell("look");
};

const open = (system) => {
  page.system = system;
  restore(opening());
  document.title = `${system.title || system.name} \u00b7 tecmns`;
  get("title").textContent = system.title || system.name;
  get("about").textContent = system.description || "";
  get("about").title = system.description || "";
  get("file-path").textContent = system.path || "";
  get("file-text").textContent = system.text || "";
  for (const warning of system.warnings || []) get("warnings").append(h("p", {}, typeof warning === "string" ? warning : warning.message));
  get("grow").checked = page.grow;
  get("grow").addEventListener("change", () => { page.grow = get("grow").checked; tell("look"); });
  get("system").hidden = false;
  controls.begin(sweep.choose);
  figures.begin();
  charts.begin();
  pin.begin();
  sweep.begin();
  steps.begin();
  exporting.begin();
  views();
  sheet();
  runs.begin();
  on("settings", adopt);
  adopt();
  runs.run();
  window.addEventListener("hashchange", () => { if (restore(location.hash)) for (const topic of ["settings", "pin", "figures", "view", "look"]) tell(topic); });
};

const begin = async () => {
  themes();
  const query = new URLSearchParams(location.search);
  if (query.has("compose")) { (await import("./compose.js")).begin(); return; }
  if (query.has("gallery")) { (await import("./gallery.js")).begin(); return; }
  let system;
  try {
    system = await fetched("api/system");
  } catch (error) {
    if (!error.errors) throw error;
    get("fatal").hidden = false;
    get("fatal").append(...error.errors.map((e) => h("p", {}, e.code && h("b", {}, `${e.code} `), e.line && `line ${e.line}: `, e.message)));
    return;
  }
  if (system === null) { (await import("./gallery.js")).begin(); return; }
  open(system);
};

begin();
