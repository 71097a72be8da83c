// Runs at the server while the reader looks: one stream at a time, cancelled when the reader moves on.

import { streamed } from "./api.js";
import { endColumns, figuresAsked } from "./figures.js";
import { chartColumns } from "./charts.js";
import { get, plural } from "./dom.js";
import { on, page, tell } from "./settings.js";

const MOST = 100000;
const FIRST = 100;

let controller = null;
let answered = true;
let again = false;
// The change whose runs are complete.
let complete = -1;

const first = () => page.settings.runs ?? Math.max(FIRST, page.system.runs || 0);

const asked = () => ({
  settings: page.settings,
  pin: page.pin,
  columns: page.view === "charts" ? chartColumns() : endColumns(),
  ...figuresAsked(),
  // They grow while charts are looked at; elsewhere the key figures stay up to date.
  most: page.grow && page.view === "charts" ? Math.max(MOST, first()) : first(),
});

const wanted = () => !document.hidden;

export const leave = () => {
  controller?.abort();
  controller = null;
  answered = true;
  again = false;
  status();
};

// Runs the present setting. While the first answer to an earlier one is due, that is awaited: so a slider that moves
// quickly shows pictures on its way, however slow the system is.
export const run = () => {
  if (!wanted()) return;
  if (controller && !answered) { again = true; return; }
  controller?.abort();
  start();
};

const next = () => {
  controller?.abort();
  start();
};

const start = async () => {
  const mine = new AbortController();
  const generation = page.generation;
  controller = mine;
  answered = false;
  again = false;
  status();
  const here = () => controller === mine;
  const failed = (errors) => {
    answered = true;
    page.errors = errors;
    tell("errors");
    if (again) next();
  };
  try {
    await streamed("api/run", asked(), (event, data) => {
      if (!here()) return;
      if (event === "errors") failed(data.errors);
      if (event !== "state") return;
      answered = true;
      if (page.errors.length > 0) { page.errors = []; tell("errors"); }
      page.latest = data;
      tell("state", generation);
      status();
      if (again) next();
    }, mine.signal);
    if (here()) complete = generation;
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!error.errors) throw error;
    if (here()) failed(error.errors);
  }
  if (here()) { controller = null; answered = true; status(); }
};

const status = () => {
  const line = get("status");
  const { latest } = page;
  const parts = [];
  if (latest) {
    parts.push(plural(latest.runs, "run"));
    if (typeof latest.engine_ms === "number") parts.push(`${latest.engine_ms < 10 ? latest.engine_ms.toFixed(1) : Math.round(latest.engine_ms)} ms`);
    const count = latest.failures?.count || 0;
    if (count > 0) parts.push(`${plural(count, "run")} failed`);
  }
  if (controller) parts.push("running");
  line.textContent = parts.join(" \u00b7 ");
  line.title = (latest?.failures?.texts || []).join("\n");
  document.body.classList.toggle("busy", controller !== null);
};

export const begin = () => {
  for (const topic of ["settings", "pin", "figures", "look"]) on(topic, run);
  on("view", run);
  document.addEventListener("visibilitychange", () => {
    if (!wanted()) leave();
    else if (complete !== page.generation) run();
  });
  window.addEventListener("pagehide", leave);
};
