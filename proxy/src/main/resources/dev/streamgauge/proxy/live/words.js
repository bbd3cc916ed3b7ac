// How figures are written, and small pieces of the page.

/** @returns {string} a duration of milliseconds, with three significant digits; a dash where it is not known */
export function duration(ms) {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return "–";
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, "0")} s`;
  const min = Math.round(s / 60);
  return `${Math.floor(min / 60)} h ${String(min % 60).padStart(2, "0")} min`;
}

export function count(n) {
  if (n === null || n === undefined || !Number.isFinite(n)) return "–";
  if (n >= 10_000_000) return `${(n / 1e6).toFixed(1)} M`;
  if (n >= 100_000) return `${(n / 1e3).toFixed(0)} k`;
  return n >= 100 || Number.isInteger(n) ? Math.round(n).toLocaleString("en-US") : n.toFixed(1);
}

/** A share; whole is said only of what is whole. */
export function percent(ratio) {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return "–";
  if (ratio > 0.9995 && ratio < 1) return "99.9 %";
  const p = ratio * 100;
  return `${p !== 0 && p < 10 || p > 99 && p < 100 ? p.toFixed(1) : Math.round(p)} %`;
}

export function bytes(n) {
  if (n === null || n === undefined) return "–";
  return n >= 1e10 ? `${(n / 2 ** 30).toFixed(0)} GiB` : `${(n / 2 ** 30).toFixed(1)} GiB`;
}

export function clock(date) {
  return date.toLocaleTimeString("en-GB");
}

/** What turns the direction of the text behind it (Unicode Annex 9, section 2); a model's name may hold it. */
const TURNS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** @returns {string} the text with such characters spelt out, as \u202e */
export function plain(text) {
  return text.replace(TURNS, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** An element with text, attributes and children; nothing is ever read as HTML. */
export function el(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    made.setAttribute(key, value === true ? "" : plain(String(value)));
  }
  made.append(...children.filter((child) => child !== null && child !== undefined)
    .map((child) => (typeof child === "string" ? plain(child) : child)));
  return made;
}

/** Sets a text only where it changed, so that nothing is laid out or read out anew. */
export function say(element, text) {
  const shown = plain(String(text ?? ""));
  if (element.textContent !== shown) element.textContent = shown;
}

/** A table; a column is [heading, numeric?]. */
export function table(caption, columns, rows, hidden = true) {
  const cls = (i) => (columns[i][1] ? "n" : null);
  return el("table", {},
    el("caption", { class: hidden ? "hidden" : null }, caption),
    el("thead", {}, el("tr", {}, ...columns.map(([name], i) => el("th", { scope: "col", class: cls(i) }, name)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {},
      ...row.map((cell, i) => (cell instanceof Node && cell.nodeName === "TD" ? cell
        : el(i === 0 ? "th" : "td", { scope: i === 0 ? "row" : null, class: cls(i), "data-label": i === 0 ? null : columns[i][0] }, cell)))))));
}

/** What an outcome means, and whom to ask. */
export const OUTCOMES = {
  ok: "answered",
  caller_error: "4xx by the server",
  caller_invalid: "refused: not a valid request",
  caller_disconnect: "the client left",
  policy_queue_full: "the queue was full",
  policy_queue_timeout: "waited too long",
  policy_draining: "while draining",
  upstream_error: "5xx by the server",
  upstream_stream_error: "an error inside a 200",
  upstream_truncated: "ended without its end marker",
  upstream_reset: "the server broke it off",
  upstream_unreachable: "no connection to the server",
  upstream_timeout: "the server took too long",
  proxy_error: "a fault of this proxy",
};

export const PHASES = {
  queue: "Queue here",
  connect: "Connecting",
  headers: "Response head",
  engine_queue: "Engine's queue",
  prefill: "Prefill",
  rest: "Rest",
};

export const BECAUSE = {
  client_slow: "slow upload",
  gate_queue: "queue here",
  network: "network",
  engine_queue: "engine's queue",
  prefill: "prefill",
  proxy: "this proxy",
  gpu_throttled: "GPU throttled",
  unknown: "unknown",
};
