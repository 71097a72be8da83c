// What the page asks of the server: all URLs are relative, so that the token stays in front of them.

const system = new URLSearchParams(location.search).get("system");

const url = (path, also = {}) => {
  const query = new URLSearchParams({ ...(system === null ? {} : { system }), ...also }).toString();
  return query === "" ? path : `${path}?${query}`;
};

// An answer that is not what was asked for: a list of errors, each with code, text and the setting it stands at.
export class Refused extends Error {
  constructor(status, errors) {
    super(errors.map((e) => e.message).join("\n"));
    this.status = status;
    this.errors = errors;
  }
}

const refusal = async (response) => {
  let errors = [];
  try { errors = (await response.json()).errors || []; } catch { /* an answer without a body */ }
  if (errors.length === 0) errors = [{ code: null, message: `the server answered ${response.status}`, at: null }];
  return new Refused(response.status, errors);
};

const unreachable = () => new Refused(0, [{ code: null, message: "the server does not answer; is `tecmns open` still running?", at: null }]);

const asked = async (path, options, also) => {
  let response;
  try {
    response = await fetch(url(path, also), options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (!response.ok) throw await refusal(response);
  return response;
};

const body = (value, signal) => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value), signal });

export const fetched = async (path, also) => (await asked(path, {}, also)).json();

export const posted = async (path, value, signal) => (await asked(path, body(value, signal))).json();

// Reads a stream of messages; `each(event, data)` is called for one after the other. Aborting cancels the work at the server.
export const streamed = async (path, value, each, signal) => {
  const response = await asked(path, body(value, signal));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw unreachable();
    }
    if (part.done) return;
    rest += part.value;
    let end = rest.indexOf("\n\n");
    while (end >= 0) {
      message(rest.slice(0, end), each);
      rest = rest.slice(end + 2);
      end = rest.indexOf("\n\n");
    }
  }
};

const message = (text, each) => {
  let event = "message";
  const data = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  if (data.length > 0 || event !== "message") each(event, data.length > 0 ? JSON.parse(data.join("\n")) : null);
};
