// Small charts of the last 15 minutes, by uPlot, each with the same figures as a table.
import { count, duration, el, percent, say, table } from "./words.js";

const uPlot = window.uPlot;
const MINUTE_ROWS = 12;
/** Seconds that are shown: all that is known, and of a young process not much more. */
const SPANS = [120, 300, 900];

/** What is charted: series are [column, label, style]; the first is drawn strongest. */
const PANELS = [
  { id: "ttft", title: "Time to first token", unit: duration,
    series: [["ttft_p50", "p50", "main"], ["ttft_p95", "p95", "soft"], ["ttft_p99", "p99", "dash"]],
    whole: (s) => s.percentiles.ttft, absent: "ttft" },
  { id: "itl", title: "Inter-token latency", unit: duration,
    series: [["itl_p50", "p50", "main"], ["itl_p95", "p95", "soft"], ["itl_p99", "p99", "dash"]],
    whole: (s) => s.percentiles.itl, absent: "itl" },
  { id: "tokens", title: "Tokens per second", unit: count,
    series: [["tokens_per_second", "all streams", "main"]] },
  { id: "load", title: "Queue and in flight", unit: count,
    series: [["in_flight", "in flight", "main"], ["queue", "queued, most", "dash"]], absentNote: "queue" },
  { id: "errors", title: "Errors", unit: count, bars: true,
    series: [["errors", "not ok", "bad"]] },
  { id: "gpu", title: "GPU", unit: percent, max: 1,
    series: [["gpu_utilization", "busy", "main"], ["gpu_memory", "memory", "dash"]], absent: "gpu" },
];
/** Where nobody says how many tokens a piece carries. */
const GAPS = { title: "Gap between pieces", series: [["gap_p50", "p50", "main"], ["gap_p95", "p95", "soft"], ["gap_p99", "p99", "dash"]], whole: (s) => s.percentiles.gap };

export class Charts {
  constructor(parent) {
    this.columns = [];
    this.first = 0;
    this.rows = [];
    this.summary = null;
    this.panels = PANELS.map((spec) => new Panel(spec, this));
    parent.append(...this.panels.map((panel) => panel.card));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.panels.forEach((p) => p.rebuild()));
  }

  hello(data) {
    this.columns = data.columns;
    this.rowMs = data.row_ms;
    this.rowsMax = data.rows;
    this.wallMs = data.wall_ms - data.t;
    this.rows = [];
    this.first = 0;
  }

  history(data) {
    this.first = data.first;
    this.rows = data.rows;
    this.draw();
  }

  row(data) {
    const next = this.first + this.rows.length;
    if (data.n < next) return;
    for (let n = next; n < data.n; n++) this.rows.push(this.columns.map(() => null));
    this.rows.push(data.row);
    const over = this.rows.length - this.rowsMax + 1;
    if (over > 0) {
      this.rows.splice(0, over);
      this.first += over;
    }
    this.draw();
  }

  totals(summary) {
    this.summary = summary;
    this.panels.forEach((panel) => panel.say());
  }

  asTables(on) {
    this.tables = on;
    this.panels.forEach((panel) => panel.asTable(on));
  }

  draw() {
    this.panels.forEach((panel) => panel.draw());
  }

  /** The seconds since 1970 at which each row ended. */
  times() {
    return this.rows.map((_, i) => ((this.first + i + 1) * this.rowMs + this.wallMs) / 1000);
  }

  values(column) {
    if (column === "errors") {
      const all = ["caller", "policy", "upstream", "proxy"].map((name) => this.values(name));
      return this.rows.map((_, i) => (all[0][i] === null ? null : all.reduce((sum, each) => sum + each[i], 0)));
    }
    const at = this.columns.indexOf(column);
    return this.rows.map((row) => row[at]);
  }

  absent(what) {
    return this.summary?.absent.find((each) => each.what === what)?.why ?? null;
  }
}

class Panel {
  constructor(spec, charts) {
    this.base = spec;
    this.spec = spec;
    this.charts = charts;
    this.title = el("span", {}, spec.title);
    this.at = el("span", { class: "at" });
    this.now = el("div", { class: "now" });
    this.plot = el("div", { class: "plot", "aria-hidden": "true" });
    this.table = el("div", { class: "as-table", tabindex: "0", role: "region", "aria-label": `${spec.title}, table`, hidden: true });
    this.why = el("p", { class: "why", hidden: true });
    this.card = el("section", { class: "card chart" }, el("h3", {}, this.title, this.at), this.now, this.why, this.plot, this.table);
    this.hovered = null;
    this.chart = null;
    new ResizeObserver(() => this.size()).observe(this.plot);
  }

  /** A panel without the figure says why, instead of an empty picture. */
  choose() {
    const charts = this.charts;
    const noItl = this.base.id === "itl" && charts.summary && charts.summary.percentiles.itl.count === 0 && charts.summary.percentiles.gap.count > 0;
    const next = noItl ? { ...this.base, ...GAPS } : this.base;
    if (next.title !== this.spec.title) {
      this.spec = next;
      say(this.title, next.title);
      this.rebuild();
    }
    const empty = this.spec.series.every(([column]) => this.charts.values(column).every((value) => value === null));
    const why = this.spec.absent && empty ? charts.absent(this.spec.absent) ?? charts.absent("ttft") : null;
    this.hasNone = empty;
    this.why.hidden = !why;
    say(this.why, why ? sentence(why) : "");
    this.plot.hidden = Boolean(why) || Boolean(charts.tables);
  }

  draw() {
    this.choose();
    const data = [this.charts.times(), ...this.spec.series.map(([column]) => this.charts.values(column))];
    if (this.chart) this.chart.setData(data, false);
    else this.build(data);
    if (this.chart) this.scale(data);
    if (this.charts.tables) this.fillTable();
    this.say();
  }

  scale(data) {
    const end = data[0].length ? data[0].at(-1) : Date.now() / 1000;
    const known = data[0].length ? end - data[0][0] : 0;
    this.chart.setScale("x", { min: end - SPANS.find((span) => span >= known || span === SPANS.at(-1)), max: end });
  }

  build(data) {
    const width = this.plot.clientWidth;
    if (!uPlot || width === 0) return;
    const style = getComputedStyle(document.documentElement);
    const ink = (name) => style.getPropertyValue(`--${name}`).trim();
    const drawn = {
      main: { stroke: ink("accent"), width: 1.8 },
      soft: { stroke: ink("accent-soft"), width: 1.4 },
      dash: { stroke: ink("soft"), width: 1.2, dash: [4, 3] },
      bad: { stroke: ink("bad"), fill: ink("bad"), width: 0 },
    };
    const axis = { stroke: ink("faint"), font: `11px ${ink("sans")}`, grid: { stroke: ink("grid"), width: 1 }, ticks: { show: false } };
    const bars = this.spec.bars ? { paths: uPlot.paths.bars({ size: [0.9, 6, 1] }) } : {};
    this.chart = new uPlot({
      width, height: 120, padding: [8, 6, 0, 0], legend: { show: false },
      cursor: { sync: { key: "live" }, drag: { x: false, y: false }, points: { size: 6, width: 1.5, fill: ink("card") }, y: false },
      scales: { x: { time: true }, y: { range: (_, min, max) => [0, this.spec.max ?? Math.max(max || 0, this.spec.unit === count ? 1 : 0.1) * 1.08] } },
      axes: [
        { ...axis, size: 24, space: 50, gap: 7, incrs: [60, 120, 300], values: (_, ticks) => ticks.map((t) => new Date(t * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })) },
        { ...axis, size: 52, space: 30, gap: 4, values: (_, ticks) => ticks.map((v) => (v === 0 ? "0" : this.spec.unit(v))) },
      ],
      series: [{}, ...this.spec.series.map(([, label, kind]) => ({ label, points: { show: true, filter: alone, size: 3, fill: drawn[kind].stroke }, ...drawn[kind], ...bars }))],
      hooks: { setCursor: [(chart) => this.hover(chart.cursor.idx)] },
    }, data, this.plot);
  }

  rebuild() {
    if (this.chart) this.chart.destroy();
    this.chart = null;
    if (this.charts.rows.length) this.draw();
  }

  size() {
    const width = this.plot.clientWidth;
    if (width > 0 && this.chart) this.chart.setSize({ width, height: 120 });
    else if (width > 0 && this.charts.rows.length) this.draw();
  }

  hover(index) {
    this.hovered = index ?? null;
    this.say();
  }

  /** What is under the pointer, or the last values; the whole quarter of an hour where it has percentiles. */
  say() {
    this.choose();
    const charts = this.charts;
    const at = this.hovered;
    const hovering = at !== null && at < charts.rows.length;
    const whole = !hovering && this.spec.whole && charts.summary ? this.spec.whole(charts.summary) : null;
    const parts = this.spec.series.map(([column, label]) => {
      if (whole) return [label, whole[`${label}_ms`] ?? null];
      if (hovering) return [label, charts.values(column)[at]];
      if (column === "errors") return [label, this.total()];
      return [label, charts.values(column).findLast((value) => value !== null) ?? null];
    });
    say(this.at, hovering ? new Date(charts.times()[at] * 1000).toLocaleTimeString("en-GB") : "");
    const none = !this.why.hidden;
    this.now.hidden = none;
    const shown = none ? [] : parts.map(([label, value], i) => (i === 0
      ? [el("b", {}, this.spec.unit(value)), el("span", {}, label)]
      : [el("span", {}, `${label} `, el("b", {}, this.spec.unit(value)))])).flat();
    if (!none && this.base.id === "gpu") shown.push(...gpuNow(charts.summary));
    const text = shown.map((each) => each.textContent).join(" ");
    if (text !== this.said) {
      this.said = text;
      this.now.replaceChildren(...shown);
    }
  }

  total() {
    return this.charts.summary
      ? Object.entries(this.charts.summary.outcomes).reduce((sum, [name, n]) => sum + (name === "ok" ? 0 : n), 0) : null;
  }

  asTable(on) {
    this.table.hidden = !on;
    this.choose();
    if (on) this.fillTable();
    else this.size();
  }

  /** A line a minute, the latest first: what is the worst of it for times, the mean for all else. */
  fillTable() {
    const times = this.charts.times();
    const columns = this.spec.series.map(([column]) => this.charts.values(column));
    const rows = [];
    for (let end = times.length; end > 0; end -= MINUTE_ROWS) {
      const from = Math.max(0, end - MINUTE_ROWS);
      const cells = columns.map((values) => {
        const known = values.slice(from, end).filter((v) => v !== null);
        if (!known.length) return "–";
        const sum = known.reduce((a, b) => a + b, 0);
        const value = this.spec.unit === duration ? Math.max(...known) : this.spec.bars ? sum : sum / known.length;
        return this.spec.unit(value);
      });
      rows.push([new Date(times[end - 1] * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }), ...cells]);
    }
    const kind = this.spec.unit === duration ? "highest of 5 s" : this.spec.bars ? "sum" : "mean";
    this.table.replaceChildren(table(`By minute, ${kind}`, [["until"], ...this.spec.series.map(([, label]) => [label, true])], rows, false));
  }
}

function gpuNow(summary) {
  const gpus = summary?.gpus ?? [];
  const watts = gpus.reduce((sum, gpu) => sum + (gpu.watts ?? 0), 0);
  const hottest = Math.max(...gpus.map((gpu) => gpu.celsius ?? -Infinity));
  const throttled = gpus.some((gpu) => (gpu.throttled ?? []).length > 0);
  return [
    watts > 0 ? el("span", {}, el("b", {}, `${Math.round(watts)} W`)) : null,
    Number.isFinite(hottest) ? el("span", {}, el("b", {}, `${Math.round(hottest)} °C`)) : null,
    throttled ? el("span", { class: "bad" }, "clocks held down") : null,
  ].filter((each) => each !== null);
}

/** Points only where a value stands alone: a line needs two. */
function alone(chart, series, show) {
  if (!show) return [];
  const values = chart.data[series];
  return values.map((_, i) => i).filter((i) => values[i] != null && values[i - 1] == null && values[i + 1] == null);
}

function sentence(text) {
  return text ? `${text[0].toUpperCase()}${text.slice(1)}.` : "";
}
