// Out of the page: the same setting as a command, a file, Python, a variant, a results folder, a link.

import { posted } from "./api.js";
import { copy, dialog, get, h, say } from "./dom.js";
import { address, differences, page, restore, tell } from "./settings.js";

const shown = (box, id, title, text, hint) => {
  const code = h("code", {}, text);
  const pre = h("pre", { id, tabindex: "0", "aria-label": title }, code);
  box.append(h("section", {}, h("header", {}, h("h3", {}, title), h("button", { type: "button", "data-copy": id, onclick: () => copy(text, code) }, "Copy")), hint && h("p", { class: "doc" }, hint), pre));
};

const refused = (box, error) => {
  if (!error.errors) throw error;
  box.append(h("div", { class: "error", role: "alert" }, ...error.errors.map((e) => h("p", {}, e.code && h("b", {}, `${e.code} `), e.message))));
};

const exported = async () => {
  const box = dialog("Take it with you");
  const content = h("div", { class: "exports" });
  box.append(content);
  try {
    const { command, toml, python } = await posted("api/export", { settings: page.settings });
    shown(content, "export-command", "Command", command, "Computes the same numbers, to the bit.");
    shown(content, "export-python", "Python", python);
    shown(content, "export-toml", "System file", toml, "The file with these settings; its comments are kept.");
  } catch (error) {
    refused(content, error);
  }
};

// A form of one field whose answer, or refusal, stands below it.
const saving = (title, label, value, button, hint, send) => {
  const field = h("input", { type: "text", class: "text", value, required: true, "aria-label": label });
  const said = h("div");
  const form = h("form", {}, h("h3", {}, title), h("p", { class: "doc" }, hint), h("p", { class: "actions" }, field, h("button", { type: "submit", class: "main" }, button)), said);
  form.addEventListener("submit", async (e) => {
    e.preventDefault();
    said.replaceChildren();
    try {
      const answer = await send(field.value.trim());
      said.append(h("p", { class: "holds" }, `\u2713 ${answer}`));
      say(answer);
    } catch (error) {
      refused(said, error);
    }
  });
  return form;
};

const save = () => {
  const words = differences(page.settings);
  dialog("Save",
    saving("As a variant of the file", "Name of the variant", words.length === 1 ? words[0].slice(0, 60) : "", "Save variant", `Writes a [[variant]] into ${page.system.path ?? "the file"}; the rest of it, comments too, stays as it is.`, async (name) => {
      const answer = await posted("api/save", { settings: page.settings, as: "variant", name });
      return answer.text ?? `The file has the variant ${name}. Reload to choose it.`;
    }),
    saving("As a results folder", "Folder", `results/${page.system.name}`, "Save results", "Runs the setting and writes tables, summary, manifest and report into a folder beside the file.", async (folder) => {
      const answer = await posted("api/save", { settings: page.settings, as: "results", folder });
      return answer.text ?? `Written: ${answer.folder ?? folder}`;
    }));
};

const share = () => {
  const link = location.origin + location.pathname + location.search + address();
  const code = h("code", {}, link);
  const field = h("input", { type: "text", class: "text", "aria-label": "A link of another page of this system", placeholder: "paste a link here" });
  const said = h("p", { class: "error", role: "alert", hidden: true });
  const form = h("form", {}, h("h3", {}, "Open a link"), h("p", { class: "doc" }, "All settings are behind the # of a link. A link of another `tecmns open` of this system, on any machine, shows the same here."), h("p", { class: "actions" }, field, h("button", { type: "submit", class: "main" }, "Show")), said);
  const box = dialog("Share", h("section", {}, h("header", {}, h("h3", {}, "Link to this view"), h("button", { type: "button", "data-copy": "share-link", onclick: () => copy(link, code) }, "Copy")), h("pre", { id: "share-link", tabindex: "0", class: "wrap", "aria-label": "Link" }, code)), form);
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    said.hidden = true;
    if (!restore(field.value.trim())) {
      said.textContent = "This is no link of a page: it needs a # with settings behind it.";
      said.hidden = false;
      return;
    }
    box.close();
    for (const topic of ["settings", "pin", "figures", "view", "look"]) tell(topic);
    say("Shown as in the link");
  });
};

export const begin = () => {
  get("export").addEventListener("click", exported);
  get("save").addEventListener("click", save);
  get("share").addEventListener("click", share);
};
