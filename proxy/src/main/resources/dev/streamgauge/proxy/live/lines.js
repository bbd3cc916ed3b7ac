// Requests in flight, each a line that grows as it streams. Drawn by hand: no chart library knows
// phases, tokens, stalls and ends.
import { plain } from "./words.js";

/** The end stays to be seen; shorter where there are many. */
const ENDED_SHOWN_MS = [[100, 1500], [24, 3000], [0, 6000]];
/** For three minutes of four snapshots a second. */
const BATCHES_MAX = 800;
const ROOM = { row: 22, least: 1.2, height: 440, label: 12 };
const AXIS = 18;

/** One request; times are the server's milliseconds. */
class Line {
  constructor(id, slot, joined) {
    this.id = id;
    this.slot = slot;
    /** Tokens from before this page looked have no times. */
    this.joined = joined;
    this.batches = []; // from, to, tokens, flat
    this.tokens = 0;
    this.last = null;
    this.seen = 0;
    this.unseenUntil = null;
  }

  update(now, row) {
    const fresh = this.received === undefined;
    const tokens = this.tokens;
    Object.assign(this, row);
    if (row.tokens > tokens) {
      if (fresh && row.first_token < this.joined) {
        this.unseenUntil = row.last_token;
      } else {
        this.batches.push(this.since(row, row.tokens - tokens), row.last_token, row.tokens - tokens);
        if (this.batches.length > BATCHES_MAX * 3) this.batches.splice(0, 300);
      }
      this.last = row.last_token;
    }
    this.seen = now;
  }

  /**
   * From when on the new tokens are spread: the last one before, or, behind a silence, the snapshot
   * that had none of them yet.
   */
  since(row, tokens) {
    if (this.last === null) return row.first_token - (row.last_token - row.first_token) / Math.max(1, tokens - 1);
    const silent = this.seen - this.last;
    return silent > (2 * Math.max(0, row.last_token - this.seen)) / tokens ? Math.min(this.seen, row.last_token) : this.last;
  }

  /** Tokens a second over the last few seconds; null before the second piece. */
  rate() {
    const b = this.batches;
    let tokens = 0;
    let from = this.last;
    for (let i = b.length - 3; i >= 0 && b[i + 1] > this.last - 3000; i -= 3) {
      tokens += b[i + 2];
      from = b[i];
    }
    return this.last > from ? Math.round((tokens * 1000) / (this.last - from)) : null;
  }
}

export class Lines {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.lines = new Map();
    this.slots = [];
    this.windowMs = 15_000;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.offset = null;
    this.began = 0;
    this.stallMs = 1000;
    this.frame = 0;
    this.lastFrame = 0;
    this.visible = true;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.colours());
    new ResizeObserver(() => this.resize()).observe(canvas);
    new IntersectionObserver(([entry]) => { this.visible = entry.isIntersecting; this.wake(); }).observe(canvas);
    this.colours();
  }

  colours() {
    const style = getComputedStyle(document.documentElement);
    this.ink = Object.fromEntries(["paper", "card", "ink", "soft", "faint", "line", "grid", "accent", "accent-soft", "accent-faint", "bad"]
      .map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    this.font = style.getPropertyValue("--sans");
    this.wake();
  }

  /** A new server: nothing of the old one holds. */
  reset(stallMs) {
    this.lines.clear();
    this.slots = [];
    this.offset = null;
    this.stallMs = stallMs;
  }

  /** The server's time now, as far as snapshots tell: the one that was on its way for the shortest time counts. */
  now() {
    return performance.now() + (this.offset ?? 0);
  }

  snapshot(t, rows) {
    const offset = t - performance.now();
    // a clock that drifts apart is followed, slowly
    this.offset = this.offset === null || Math.abs(offset - this.offset) > 2000 ? offset : Math.max(offset, this.offset - 5);
    if (this.began === 0) this.began = t;
    const seen = new Set();
    for (const row of rows) {
      seen.add(row.id);
      let line = this.lines.get(row.id);
      if (!line) {
        if (row.ended !== null && t - row.ended > this.shownMs()) continue;
        line = new Line(row.id, this.freeSlot(), this.began);
        this.lines.set(row.id, line);
        this.slots[line.slot] = line;
      }
      line.update(t, row);
    }
    const shownMs = this.shownMs();
    for (const line of this.lines.values()) {
      const over = line.ended !== null ? t - line.ended > shownMs : !seen.has(line.id);
      if (over) {
        this.lines.delete(line.id);
        this.slots[line.slot] = undefined;
      }
    }
    while (this.slots.length && !this.slots.at(-1)) this.slots.pop();
    this.resize();
    this.wake();
  }

  shownMs() {
    return ENDED_SHOWN_MS.find(([lines]) => this.lines.size >= lines)[1];
  }

  freeSlot() {
    for (let i = 0; i < this.slots.length; i++) if (!this.slots[i]) return i;
    this.slots.push(undefined);
    return this.slots.length - 1;
  }

  get empty() {
    return this.lines.size === 0;
  }

  /** Rows shrink before the picture grows beyond what a screen shows. */
  resize() {
    const rows = Math.max(1, this.slots.length);
    const most = Math.min(ROOM.height, Math.max(200, window.innerHeight / 2));
    this.row = Math.max(ROOM.least, Math.min(ROOM.row, (most - AXIS) / rows));
    const height = Math.ceil(rows * this.row + AXIS);
    if (this.canvas.style.height !== `${height}px`) this.canvas.style.height = `${height}px`;
    const ratio = window.devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.draw();
    }
  }

  wake() {
    if (!this.frame && this.visible) this.frame = requestAnimationFrame((at) => this.tick(at));
  }

  /** Thirty pictures a second are calm enough; one for each snapshot where motion is not wanted. */
  tick(at) {
    this.frame = 0;
    if (at - this.lastFrame >= 32) {
      this.lastFrame = at;
      this.draw();
    }
    if (this.lines.size > 0 && !this.still.matches) this.wake();
  }

  draw() {
    const c = this.context;
    const ratio = window.devicePixelRatio || 1;
    const width = this.canvas.width / ratio;
    const height = this.canvas.height / ratio;
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, width, height);
    const labels = this.row >= ROOM.label;
    const left = labels && width > 560 ? 168 : 0;
    const right = labels ? (width > 560 ? 92 : 58) : 8;
    const now = this.now();
    const scale = (width - left - right) / this.windowMs;
    const x = (t) => left + (t - now + this.windowMs) * scale;
    this.axis(c, left, width - right, height, scale);
    c.textBaseline = "middle";
    for (const line of this.slots) {
      if (line) this.line(c, line, now, x, left, width - right, labels, width);
    }
  }

  axis(c, left, right, height, scale) {
    const step = this.windowMs <= 15_000 ? 5000 : this.windowMs <= 60_000 ? 15_000 : 60_000;
    c.font = `11px ${this.font}`;
    c.textBaseline = "alphabetic";
    c.strokeStyle = this.ink.grid;
    c.fillStyle = this.ink.soft;
    c.lineWidth = 1;
    for (let ago = 0; ago <= this.windowMs; ago += step) {
      const at = Math.round(right - ago * scale) + 0.5;
      c.beginPath();
      c.moveTo(at, 0);
      c.lineTo(at, height - AXIS);
      c.stroke();
      const text = ago === 0 ? "now" : `−${ago / 1000} s`;
      if ((at - left > 12 && right - at > 50) || ago === 0) {
        c.textAlign = ago === 0 ? "right" : "center";
        c.fillText(text, ago === 0 ? right + 1 : at, height - 4);
      }
    }
  }

  line(c, line, now, x, left, right, labels, width) {
    const top = line.slot * this.row;
    const pad = this.row > 8 ? 4 : this.row > 4 ? 1 : this.row / 6;
    const h = this.row - 2 * pad;
    const y = top + pad;
    const end = line.ended ?? now;
    const fade = line.ended !== null && !this.still.matches
      ? Math.max(0.25, 1.5 - (now - line.ended) / this.shownMs()) : 1;
    c.globalAlpha = Math.min(1, fade);
    const admitted = line.admitted ?? end;
    this.queue(c, x(line.received), x(Math.min(admitted, end)), y, h, left, right);
    if (line.admitted !== null) {
      this.prefill(c, x(admitted), x(line.first_token ?? end), y, h, left, right, line.phase === "body");
    }
    if (line.first_token !== null) this.tokens(c, line, x, y, h, left, right, end);
    if (line.ended !== null) this.end(c, line, x(line.ended), y, h, left, labels && width > 560, x(line.received));
    if (labels) this.label(c, line, now, top, left, right, width);
    c.globalAlpha = 1;
  }

  /** An outline: it has not begun. */
  queue(c, from, to, y, h, left, right) {
    from = Math.max(left, from);
    to = Math.min(right, to);
    if (to - from < 0.5) return;
    c.strokeStyle = this.ink.faint;
    c.lineWidth = 1;
    if (h < 4) {
      c.setLineDash([2, 3]);
      c.beginPath();
      c.moveTo(from, y + h / 2);
      c.lineTo(to, y + h / 2);
      c.stroke();
    } else {
      c.setLineDash([3, 2]);
      c.strokeRect(from + 0.5, y + 0.5, Math.max(1, to - from - 1), h - 1);
    }
    c.setLineDash([]);
  }

  /** A thin line: the server is at it, and nothing has come. */
  prefill(c, from, to, y, h, left, right, body) {
    from = Math.max(left, from);
    to = Math.min(right, to);
    if (to <= from) return;
    const thick = Math.max(1, Math.min(body ? 5 : 2, h));
    c.fillStyle = body ? this.ink["accent-soft"] : this.ink.faint;
    c.fillRect(from, y + (h - thick) / 2, to - from, thick);
  }

  tokens(c, line, x, y, h, left, right, end) {
    const accent = this.ink.accent;
    if (line.unseenUntil !== null) {
      const from = Math.max(left, x(line.first_token));
      const to = x(line.unseenUntil);
      if (to > from) {
        c.fillStyle = this.ink["accent-soft"];
        c.fillRect(from, y + h * 0.2, to - from, h * 0.6);
      }
    }
    const tick = h < 6 ? 1 : 1.2;
    const b = line.batches;
    const alpha = c.globalAlpha;
    let before = line.unseenUntil ?? line.first_token;
    for (let i = 0; i < b.length; i += 3) {
      const [from, to, n] = [b[i], b[i + 1], b[i + 2]];
      const x1 = x(to);
      if (x1 >= left) {
        const step = (x1 - x(from)) / n;
        // the first of them stands one step behind where they begin
        const first = to - ((to - from) * (n - 1)) / n;
        if (first - before > this.stallMs) this.stall(c, Math.max(left, x(before)), x(first), y, h, first - before);
        c.fillStyle = accent;
        if (n > 1 && step < tick * 1.6) {
          const x0 = Math.max(left, x(from));
          c.globalAlpha = alpha * Math.max(0.55, Math.min(1, 1 / Math.max(0.01, step)));
          c.fillRect(x0, y, Math.max(tick, x1 - x0 + 0.3), h);
          c.globalAlpha = alpha;
        } else {
          for (let at = x1, k = n; k > 0 && at >= left; k--, at -= step) c.fillRect(at - tick / 2, y, tick, h);
        }
      }
      before = to;
    }
    if (line.last_token !== null && end - line.last_token > this.stallMs && line.ended === null) {
      this.stall(c, Math.max(left, x(line.last_token)), Math.min(right, x(end)), y, h, end - line.last_token);
    }
  }

  /** Dots, and how long where there is room for it. */
  stall(c, from, to, y, h, ms) {
    if (to - from < 2) return;
    c.strokeStyle = this.ink.bad;
    c.lineWidth = Math.max(1, Math.min(2, h / 3));
    c.setLineDash([1, 3]);
    c.beginPath();
    c.moveTo(from + 2, y + h / 2);
    c.lineTo(to - 2, y + h / 2);
    c.stroke();
    c.setLineDash([]);
    if (h >= 12 && to - from > 74) {
      const text = `stall ${(ms / 1000).toFixed(1)} s`;
      c.font = `11px ${this.font}`;
      const wide = c.measureText(text).width + 8;
      const middle = (from + to) / 2;
      c.fillStyle = this.ink.card;
      c.fillRect(middle - wide / 2, y, wide, h);
      c.fillStyle = this.ink.bad;
      c.textAlign = "center";
      c.fillText(text, middle, y + h / 2 + 0.5);
    }
  }

  /** A bar for a good end, a cross for any other, and its name where there is room. */
  end(c, line, at, y, h, left, words, from = 0) {
    if (at < left) return;
    const good = line.outcome === "ok";
    c.strokeStyle = good ? this.ink.ink : this.ink.bad;
    c.lineWidth = h < 6 ? 1 : 1.6;
    const r = Math.min(4.5, Math.max(1.5, h / 2 - 1));
    const m = y + h / 2;
    c.beginPath();
    if (good) {
      c.moveTo(at + 1, y);
      c.lineTo(at + 1, y + h);
    } else {
      c.moveTo(at + 2, m - r);
      c.lineTo(at + 2 + 2 * r, m + r);
      c.moveTo(at + 2, m + r);
      c.lineTo(at + 2 + 2 * r, m - r);
    }
    c.stroke();
    if (words) this.endWords(c, line, at + (good ? 7 : 2 * r + 8), m + 0.5, good, from);
  }

  /** Behind the end, or before the line where that is too near to the edge. */
  endWords(c, line, at, m, good, from) {
    c.font = `12px ${this.font}`;
    c.fillStyle = good ? this.ink.soft : this.ink.bad;
    const fits = at + c.measureText(line.outcome).width < this.canvas.clientWidth - 70;
    c.textAlign = fits ? "left" : "right";
    c.fillText(line.outcome, fits ? at : from - 6, m);
  }

  label(c, line, now, top, left, right, width) {
    const m = top + this.row / 2 + 0.5;
    c.font = `12px ${this.font}`;
    if (left > 0) {
      c.fillStyle = this.ink.soft;
      c.textAlign = "left";
      c.fillText(fit(c, line.model ?? line.operation, left - 12), 0, m);
    }
    c.textAlign = "right";
    c.fillStyle = this.ink.soft;
    const text = line.tokens > 0
      ? (width > 560 && line.ended === null ? `${line.tokens} · ${line.rate() ?? "–"}/s` : `${line.tokens}`)
      : line.ended === null ? `${((now - line.received) / 1000).toFixed(1)} s` : "";
    c.fillText(text, width, m);
  }
}

const fitted = new Map();

/** Cut to a width, between whole characters; what was measured is remembered, up to a limit. */
function fit(c, text, width) {
  const key = `${width} ${text}`;
  let cut = fitted.get(key);
  if (cut === undefined) {
    cut = plain(text);
    const characters = Array.from(cut);
    while (characters.length > 1 && c.measureText(cut).width > width) {
      characters.pop();
      cut = `${characters.join("")}…`;
    }
    if (fitted.size > 200) fitted.clear();
    fitted.set(key, cut);
  }
  return cut;
}
