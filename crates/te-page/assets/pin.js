// A pinned setting: run beside the present one under the same luck, so that differences are of the setting alone.

import { get, h } from "./dom.js";
import { differences, on, page, reset, tell } from "./settings.js";

const set = (pin) => {
  page.pin = pin === null ? null : structuredClone(pin);
  tell("pin");
};

const draw = () => {
  const bar = get("pin");
  get("pin-it").textContent = page.pin ? "Pin again" : "Pin";
  bar.hidden = !page.pin;
  if (!page.pin) return;
  const words = differences(page.pin);
  bar.replaceChildren(
    h("span", { class: "what" }, h("b", {}, "Pinned: "), words.length === 0 ? "the file as it is" : words.join(", "), h("span", { class: "doc" }, " (dashed; differences run by run under the same luck)")),
    h("button", { type: "button", onclick: () => { const { pin, settings } = page; page.pin = structuredClone(settings); reset(pin); tell("pin"); } }, "Swap"),
    h("button", { type: "button", onclick: () => set(null) }, "Unpin"),
  );
};

export const begin = () => {
  get("pin-it").addEventListener("click", () => set(page.settings));
  on("pin", draw);
  draw();
};
