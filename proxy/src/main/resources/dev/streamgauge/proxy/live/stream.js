// The events of api/live: read, parsed, and asked for again when the connection ends.

const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 15_000;
/** A page that nobody sees lets go of its place; it comes back when it is seen. */
const HIDDEN_MS = 30_000;
/** The server says something every second. */
const SILENT_MS = 8000;

/**
 * @param {(name: string, data: object) => void} event
 * @param {(state: "live"|"lost"|"refused"|"token", detail: string) => void} state
 */
export class LiveStream {
  constructor(event, state) {
    this.event = event;
    this.state = state;
    this.token = "";
    this.retryMs = RETRY_MS_MIN;
    this.abort = null;
    this.timer = 0;
    this.hiddenTimer = 0;
    document.addEventListener("visibilitychange", () => this.seen(!document.hidden));
  }

  useToken(token) {
    this.token = token;
    this.start();
  }

  start() {
    clearTimeout(this.timer);
    this.stop();
    this.abort = new AbortController();
    void this.read(this.abort);
  }

  stop() {
    if (this.abort) this.abort.abort();
    this.abort = null;
  }

  seen(visible) {
    clearTimeout(this.hiddenTimer);
    if (!visible) {
      this.hiddenTimer = setTimeout(() => { clearTimeout(this.timer); this.stop(); }, HIDDEN_MS);
    } else if (!this.abort) {
      this.start();
    }
  }

  async read(abort) {
    let silent = 0;
    const watch = () => {
      clearTimeout(silent);
      silent = setTimeout(() => abort.abort(new Error("nothing came")), SILENT_MS);
    };
    try {
      watch();
      const headers = { Accept: "text/event-stream" };
      if (this.token) headers.Authorization = `Bearer ${this.token}`;
      const answer = await fetch("api/live", { headers, signal: abort.signal, cache: "no-store" });
      if (answer.status === 401) {
        this.stop();
        this.state("token", this.token ? "That is not the token." : "");
        return;
      }
      if (!answer.ok) throw new Refused((await answer.text()).trim());
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let carry = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        watch();
        carry = this.parse(carry + value);
      }
      throw new Error("it ended");
    } catch (error) {
      if (this.abort === abort) this.again(error);
    } finally {
      clearTimeout(silent);
    }
  }

  /** Tells of each whole event; returns what is not whole yet. */
  parse(text) {
    let from = 0;
    for (let end = text.indexOf("\n\n", from); end >= 0; end = text.indexOf("\n\n", from)) {
      const split = text.indexOf("\ndata: ", from);
      if (split > 0 && split < end && text.startsWith("event: ", from)) {
        this.retryMs = RETRY_MS_MIN;
        this.event(text.slice(from + 7, split), JSON.parse(text.slice(split + 7, end)));
      }
      from = end + 2;
    }
    return text.slice(from);
  }

  again(error) {
    this.abort = null;
    const wait = this.retryMs;
    this.retryMs = Math.min(RETRY_MS_MAX, wait * 2);
    const refused = error instanceof Refused;
    this.state(refused ? "refused" : "lost", refused ? error.message : "");
    this.timer = setTimeout(() => this.start(), wait);
  }
}

class Refused extends Error {}
