// The live page: what comes by api/live, put where it belongs.
import { Charts } from "./charts.js";
import { Lines } from "./lines.js";
import { LiveStream } from "./stream.js";
import { forget, summary } from "./tables.js";
import { OUTCOMES, clock, count, duration, el, say, table } from "./words.js";

const place = (id) => document.getElementById(id);
const lines = new Lines(place("lines"));
const charts = new Charts(place("charts"));
const notices = new Map();

let hello = null;
let latest = null;
let totals = null;
let lostSince = null;
let tables = false;
let tableAt = 0;
let lastEndedAt = null;

// ---- what comes

const events = {
  hello(data) {
    if (hello && hello.instance !== data.instance) {
      notice("restarted", `streamgauge was started again, seen at ${clock(new Date())}: what is shown begins anew.`, false, 60_000);
      forget();
      lastEndedAt = null;
    }
    if (!hello || hello.instance !== data.instance) lines.reset(data.stall_ms);
    hello = data;
    charts.hello(data);
    say(place("upstream"), data.upstream);
    say(place("version"), `streamgauge ${data.version}, running since ${new Date(Number(data.instance)).toLocaleString("en-GB")}`);
    state("live", "Live");
    lostSince = null;
    notice("lost", null);
    delete document.body.dataset.stale;
    delete document.body.dataset.locked;
    place("token-form").hidden = true;
    place("main").hidden = false;
  },
  history: (data) => charts.history(data),
  row: (data) => charts.row(data),
  snapshot(data) {
    latest = data;
    const rows = data.lines.map((cells) => {
      const row = Object.fromEntries(hello.line.map((name, i) => [name, cells[i]]));
      row.model = row.model === null ? null : data.models[row.model];
      if (row.ended !== null) lastEndedAt = Math.max(lastEndedAt ?? 0, row.ended);
      return row;
    });
    data.rows = rows;
    lines.snapshot(data.t, rows);
    flight(data);
    notice("draining", data.draining ? "Draining: it ends when nothing is in flight any more." : null);
  },
  summary(data) {
    totals = data;
    charts.totals(data);
    summary(data);
    notice("upstream", data.upstream.accepts === false
      ? `The model server does not accept connections at ${data.upstream.address}: requests get 502 and end as upstream_unreachable.` : null, true);
    say(place("missed"), data.missed > 0 ? `${count(data.missed)} requests are in no chart: they came faster than charts can take them` : "");
  },
};

const stream = new LiveStream((name, data) => events[name]?.(data), (kind, detail) => {
  if (kind === "token") {
    state("lost", "A token is needed");
    place("main").hidden = true;
    place("token-form").hidden = false;
    document.body.dataset.locked = "";
    say(place("token-wrong"), detail);
    place("token").focus();
    return;
  }
  lostSince ??= new Date();
  state("lost", "Not connected");
  if (hello) document.body.dataset.stale = "";
  notice("draining", null);
  const why = kind === "refused" ? `streamgauge says: ${detail}.` : `No connection to streamgauge since ${clock(lostSince)}.`;
  notice("lost", `${why} It is tried again every few seconds.`, true);
});

// ---- requests in flight

function flight(data) {
  const phases = data.in_flight;
  const all = Object.values(phases).reduce((a, b) => a + b, 0);
  say(place("flight-count"), count(all));
  const words = [["queued", "queued"], ["prefill", "prefill"], ["generating", "generating"], ["body", "other"], ["limit", "at most"]];
  const dl = place("flight-phases");
  if (!dl.firstChild) dl.append(...words.map(([, word]) => el("div", {}, el("dt", {}, word), el("dd", {}, "0"))));
  words.forEach(([name], i) => say(dl.children[i].lastChild, count(phases[name] ?? data.limit)));
  dl.lastChild.hidden = data.limit === undefined;
  const empty = lines.empty && all === 0;
  place("flight-drawn").hidden = empty || tables;
  place("flight-table").hidden = empty || !tables;
  place("flight-empty").hidden = !empty;
  if (empty) emptyState();
  else if (tables && performance.now() - tableAt > 1000) flightTable(data);
  say(place("flight-more"), data.left_out > 0
    ? `${count(data.left_out)} more are in flight and not drawn; those that are stay to their end.` : "");
}

function flightTable(data) {
  tableAt = performance.now();
  const target = place("flight-table");
  const top = target.scrollTop;
  target.replaceChildren(table("Requests in flight, each second", [["Model"], ["Operation"], ["Phase"], ["Age", true], ["To first token", true], ["Token events", true], ["Silent for", true], ["Stalls", true]],
    data.rows.map((row) => [
      row.model ?? "–", row.operation, row.ended !== null ? `ended: ${row.outcome}` : row.phase,
      duration((row.ended ?? data.t) - row.received),
      row.first_token === null ? "–" : duration(row.first_token - row.received), count(row.tokens),
      row.last_token === null || row.ended !== null ? "–" : duration(Math.max(0, data.t - row.last_token)), count(row.stalls)])));
  target.scrollTop = top;
}

function emptyState() {
  const any = lastEndedAt !== null || (totals && totals.requests > 0);
  const target = place("flight-empty");
  const kind = any ? "idle" : "none";
  if (target.dataset.kind !== kind) {
    target.dataset.kind = kind;
    target.replaceChildren(...(any ? [el("strong", {}, "Nothing in flight."), el("span", { id: "flight-last" })]
      : [el("strong", {}, "No request yet."), "Send one:", el("pre", { tabindex: "0", role: "region", "aria-label": "Command" }, example())]));
  }
  const last = place("flight-last");
  if (last) say(last, lastEndedAt === null ? "The next request appears here as it streams."
    : `The last request that was seen ended ${ago(latest.t - lastEndedAt)} ago.`);
}

/** Coarse, so that it seldom changes. */
function ago(ms) {
  return ms < 10_000 ? "a few seconds" : ms < 60_000 ? `${Math.floor(ms / 10_000) * 10} s` : duration(Math.floor(ms / 60_000) * 60_000);
}

function example() {
  const at = `${hello.listen_tls ? "https" : "http"}://${location.hostname || "localhost"}:${hello.listen_port}`;
  return `curl -N ${at}/v1/chat/completions -H 'Content-Type: application/json' \\\n  -d '{"model": "any", "stream": true, "messages": [{"role": "user", "content": "Hello"}]}'`;
}

// ---- around it

function state(kind, words) {
  place("state").dataset.state = kind;
  say(place("state-words"), words);
}

/** One line above all else; null takes it away. Read out once, when it comes. */
function notice(key, text, bad = false, forMs = 0) {
  const old = notices.get(key);
  if (old && old.textContent === text) return;
  if (old) old.remove();
  notices.delete(key);
  if (!text) return;
  const made = el("p", { class: bad ? "notice trouble" : "notice", role: bad ? "alert" : "status" }, text);
  place("notices").append(made);
  notices.set(key, made);
  if (forMs) setTimeout(() => notices.get(key) === made && notice(key, null), forMs);
}

for (const [ms, word] of [[15_000, "15 s"], [60_000, "1 min"], [180_000, "3 min"]]) {
  const input = el("input", { type: "radio", name: "window", value: ms, checked: ms === lines.windowMs });
  input.addEventListener("change", () => { lines.windowMs = ms; lines.wake(); });
  place("window").append(el("label", {}, input, word));
}

const KEY = [
  ["queue", (c) => lines.queue(c, 1, 25, 1, 10, 0, 26)],
  ["prefill", (c) => lines.prefill(c, 1, 25, 1, 10, 0, 26, false)],
  ["tokens", (c) => { c.fillStyle = lines.ink.accent; for (let x = 2; x < 25; x += 4) c.fillRect(x, 1, 1.4, 10); }],
  ["stall", (c) => lines.stall(c, 1, 25, 1, 10, 0)],
  ["ended well", (c) => lines.end(c, { outcome: "ok" }, 10, 1, 10, 0, false)],
  ["ended badly", (c) => lines.end(c, { outcome: "" }, 8, 1, 10, 0, false)],
];

function key() {
  place("flight-key").replaceChildren(...KEY.map(([word, draw]) => {
    const picture = el("canvas", { width: 52, height: 24 });
    const context = picture.getContext("2d");
    context.scale(2, 2);
    draw(context);
    return el("span", {}, picture, word);
  }));
}
key();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(key));

place("as-tables").addEventListener("click", (event) => {
  tables = !tables;
  event.currentTarget.setAttribute("aria-pressed", String(tables));
  charts.asTables(tables);
  tableAt = 0;
  if (latest) flight(latest);
});

place("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  stream.useToken(place("token").value.trim());
});

stream.start();
// for whoever looks into the page from outside
window.streamgauge = { lines, charts, outcomes: OUTCOMES };
