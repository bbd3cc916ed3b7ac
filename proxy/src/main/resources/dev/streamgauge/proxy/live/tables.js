// What the last 15 minutes come to: phases, targets, outcomes, slowest requests, what is absent.
import { BECAUSE, OUTCOMES, PHASES, clock, count, duration, el, percent, table } from "./words.js";

const ABSENT = {
  gpu: "GPU", engine: "Engine's own metrics", kv_cache: "KV cache", ttft: "Time to first token",
  itl: "Inter-token latency", engine_phases: "Engine's queue and prefill", queue: "Queue", slo: "Targets",
};
const WHOM = { caller: "the caller", policy: "a limit set here", upstream: "the model server", proxy: "this proxy" };

const place = (id) => document.getElementById(id);

/** Sections are made anew only where what they say has changed. */
const said = new Map();
function fill(id, key, make) {
  if (said.get(id) === key) return;
  said.set(id, key);
  const target = place(id);
  const inside = target.contains(document.activeElement) && document.activeElement !== target;
  if (inside) return void said.delete(id); // nobody's focus is taken away
  target.replaceChildren(...make());
}

export function summary(data) {
  phases(data);
  slo(data.slo);
  outcomes(data.outcomes, data.requests);
  slowest(data.slowest);
  fill("absent", JSON.stringify(data.absent), () => data.absent.flatMap((each) => [
    el("dt", {}, ABSENT[each.what] ?? each.what), el("dd", {}, each.why)]));
}

export function forget() {
  said.clear();
}

function bar(parts, total, label) {
  return el("div", { class: "bar", role: "img", "aria-label": label },
    ...parts.filter(([, ms]) => ms > 0).map(([index, ms]) => sized(el("i", { class: `p${index}` }), ms / total)));
}

/** By script, as the policy lets no style stand in the page. */
function sized(element, share) {
  element.style.flex = `${Math.max(share, 0.002)} 0 0`;
  return element;
}

function phases(data) {
  const known = data.phases.map((phase, i) => ({ ...phase, i })).filter((phase) => phase.known > 0);
  const total = known.reduce((sum, phase) => sum + phase.mean_ms, 0);
  fill("phases", JSON.stringify(data.phases), () => {
    if (!known.length || total <= 0) return [none("No streamed answer has ended yet: this shows which part of the wait was whose.")];
    const words = known.map((phase) => `${PHASES[phase.phase]} ${percent(phase.mean_ms / total)}`).join(", ");
    return [
      bar(known.map((phase) => [phase.i, phase.mean_ms]), total, words),
      table("Mean parts of the time to first token", [["Part"], ["Mean", true], ["Share", true], ["Known of", true]],
        [...known.map((phase) => [
          el("span", {}, swatch(phase.i), PHASES[phase.phase]), duration(phase.mean_ms), percent(phase.mean_ms / total), count(phase.known)]),
        ["All", duration(total), "", count(data.percentiles.ttft.count)]]),
    ];
  });
}

function swatch(i) {
  return el("span", { class: `swatch p${i}`, "aria-hidden": "true" });
}

function none(text) {
  return el("p", { class: "soft" }, text);
}

function slo(targets) {
  fill("slo", JSON.stringify(targets), () => {
    if (!targets.length) return [none("No target is set."), el("pre", {}, "--slo chat:ttft<500ms,tpot<50ms")];
    return targets.map((target) => {
      const { met, ...broken } = target.requests;
      const judged = met + Object.values(broken).reduce((a, b) => a + b, 0);
      const share = judged ? met / judged : null;
      const meter = el("div", { class: "meter", "aria-hidden": "true" }, el("i"));
      meter.firstChild.style.width = `${(share ?? 0) * 100}%`;
      const why = Object.entries(broken).filter(([, n]) => n > 0).map(([name, n]) => `${name} ${count(n)}`).join(", ");
      return el("div", { class: "slo" },
        el("div", { class: "head" }, el("span", {}, target.name, target.model ? ` (${target.model})` : ""), el("b", {}, percent(share))),
        meter,
        el("p", { class: "note" }, `${target.target} · ${judged ? `${count(met)} of ${count(judged)} met` : "none judged yet"}`),
        why ? el("p", { class: "note" }, `broken by ${why}`) : null);
    });
  });
}

function outcomes(byName, requests) {
  fill("outcomes", JSON.stringify(byName), () => {
    if (!requests) return [none("No request has ended in the last 15 minutes.")];
    const rows = Object.entries(byName).sort((a, b) => b[1] - a[1]).map(([name, n]) => [
      el("span", { class: name === "ok" ? null : "bad" }, name === "ok" ? "✓ " : "✕ ", name,
        el("span", { class: "hidden" }, `: ${OUTCOMES[name]}`)),
      count(n), percent(n / requests)]);
    const parties = [...new Set(Object.keys(byName).map((name) => name.split("_")[0]))].filter((party) => WHOM[party]);
    return [
      table("Requests by outcome", [["Outcome"], ["Requests", true], ["Share", true]], rows),
      parties.length ? el("p", { class: "note" }, parties.map((party) => `${party}_: ask ${WHOM[party]}`).join(" · ")) : null,
    ].filter((each) => each !== null);
  });
}

function slowest(entries) {
  fill("slow", JSON.stringify(entries), () => {
    if (!entries.length) return [none("No request has ended in the last 15 minutes.")];
    const longest = Math.max(...entries.map((each) => each.duration_ms));
    const rows = entries.map((each) => [
      each.at ? clock(new Date(each.at)) : "–",
      duration(each.waited_ms),
      cell(split(each, longest), "wide"),
      cell(each.because ? BECAUSE[each.because] ?? each.because : each.phases ? "not late" : "no token", null, "Because of"),
      duration(each.duration_ms),
      each.output_tokens !== undefined ? count(each.output_tokens) : each.chunks !== undefined ? `${count(each.chunks)} pieces` : "–",
      cell(el("span", { class: each.outcome === "ok" ? null : "bad" }, each.outcome === "ok" ? "✓ ok" : `✕ ${each.outcome}`)),
      cell(`${each.model ?? each.operation}${each.stalls ? ` · ${each.stalls} stall${each.stalls > 1 ? "s" : ""}` : ""}`),
      mono([each.request_id ?? "–", each.client].filter(Boolean).join(" ")),
    ]);
    return [table("Slowest requests of the last 15 minutes, by how long a client waited for the first output",
      [["At"], ["Waited", true], ["Split"], ["Because of"], ["Whole", true], ["Tokens", true], ["Outcome"], ["Model"], ["Request id, as in the log"]], rows)];
  });
}

function cell(content, cls = null, label = null) {
  return el("td", { class: cls, "data-label": label }, content);
}

function mono(text) {
  return el("td", { class: "mono wide" }, text);
}

/** The wait by its parts, then the answer; to the scale of the longest. */
function split(entry, longest) {
  const parts = entry.phases
    ? Object.entries(entry.phases).map(([name, ms]) => [Object.keys(PHASES).indexOf(name), ms, PHASES[name]])
    : [[0, entry.waited_ms, "waited"]];
  const words = parts.filter(([, ms]) => ms >= 0.5).map(([, ms, name]) => `${name} ${duration(ms)}`).join(", ");
  const made = bar(parts, longest, words || "less than a millisecond");
  const answer = entry.duration_ms - entry.waited_ms;
  made.title = `${words}${answer > 0.5 ? `; then ${duration(answer)} of answer` : ""}`;
  if (answer > 0) made.append(sized(el("i", { class: "answer" }), answer / longest));
  made.append(sized(el("i", {}), Math.max(0, 1 - entry.duration_ms / longest)));
  return made;
}
