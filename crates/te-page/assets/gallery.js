// The systems at hand, with a picture each, and a blank one to compose.

import { fetched, posted } from "./api.js";
import { get, h, say } from "./dom.js";

const picture = (text) => {
  const frame = h("div", { class: "picture", "aria-hidden": "true" });
  if (!text) return frame;
  // As an image: nothing in a drawing can act on the page.
  const source = text.trimStart().startsWith("<") ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}` : text;
  frame.append(h("img", { src: source, alt: "", loading: "lazy" }));
  return frame;
};

export const openText = async (text) => {
  const { id } = await posted("api/open", { text });
  location.href = `?system=${encodeURIComponent(id)}`;
};

const card = (system) => {
  const button = h("button", { type: "button", class: "system", "data-path": system.path }, picture(system.picture), h("b", {}, system.title || system.name), h("span", { class: "doc" }, system.description || ""), h("small", {}, system.path));
  button.addEventListener("click", async () => {
    try {
      const { id } = await posted("api/open", { path: system.path });
      location.href = `?system=${encodeURIComponent(id)}`;
    } catch (error) {
      if (!error.errors) throw error;
      say(error.errors.map((e) => e.message).join("; "));
    }
  });
  return button;
};

export const begin = async () => {
  document.title = "Systems \u00b7 tecmns";
  get("title").textContent = "Systems";
  get("about").textContent = "Choose one to see it live, or compose your own.";
  document.body.classList.add("no-system");
  const host = get("gallery");
  host.hidden = false;
  const list = h("div", { class: "cards" });
  const blank = h("a", { class: "system blank", href: "?compose" }, h("div", { class: "picture plus", "aria-hidden": "true" }, "+"), h("b", {}, "Compose your own"), h("span", { class: "doc" }, "Choose kinds from the list, connect outputs to inputs, write equations, and save a system file."));
  host.replaceChildren(list);
  try {
    list.append(...(await fetched("api/gallery")).map(card), blank);
  } catch (error) {
    if (!error.errors) throw error;
    list.append(h("p", { class: "error", role: "alert" }, error.errors.map((e) => e.message).join("; ")), blank);
  }
};
