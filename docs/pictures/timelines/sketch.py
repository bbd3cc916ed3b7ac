"""One stream as SVG: what came from the server above, what the figures measure below."""

import html
import textwrap

WIDTH, LEFT, RIGHT = 780, 128, 70
ROW, TOP = 22, 16
LABELS, REMARK_CHARACTERS = 3, 96
# light, then dark; each pair is at least 4.5 : 1 on its ground
COLOURS = {"ground": ("#ffffff", "#16181d"), "line": ("#c9ced6", "#434a56"), "text": ("#1f2430", "#e6e9ef"), "quiet": ("#5a6372", "#a3acba"),
           "token": ("#1d6fb8", "#6cb6ff"), "reasoning": ("#7a4fc0", "#b79cf2"), "tool": ("#0b7a6f", "#4fc9b8"), "bad": ("#c0312b", "#ff8a80"),
           "queue": ("#9a5b00", "#e0a94a"), "wait": ("#5a6372", "#a3acba"), "figure": ("#1f2430", "#e6e9ef")}
STYLE = "text{font:12px ui-sans-serif,system-ui,sans-serif}.n{font-family:ui-monospace,monospace}.m{text-anchor:middle}.e{text-anchor:end}"
NAMES = {"queue": "queue_ms", "connect": "connect_ms", "ttfb": "ttfb_ms", "ttft": "ttft_ms", "ttfa": "ttfa_ms", "gaps": "gaps", "itl": "gap ÷ tokens",
         "tpot": "tpot_ms", "paused": "client_paused_ms", "last": "last_token_ms", "duration": "duration_ms"}
TOKENS = ("token", "reasoning", "tool")
STALL_MS = 1000


def style():
    def rules(side):
        return "".join(f".{name}{{fill:{pair[side]}}}.{name}-s{{stroke:{pair[side]}}}" for name, pair in COLOURS.items())
    return f"{STYLE}{rules(0)}@media (prefers-color-scheme:dark){{{rules(1)}}}"


def number(millis):
    return f"{millis:g}" if millis == round(millis, 1) else f"{millis:.1f}"


class Sketch:
    def __init__(self, stream, said):
        self.stream, self.said, self.parts, self.y = stream, said, [], TOP
        self.end = said["duration_ms"]
        self.pieces = [(millis, piece) for millis, pieces in stream.reads for piece in pieces]
        self.tokens = [(millis, piece) for millis, piece in self.pieces if piece.kind in TOKENS]

    # ---- marks

    def x(self, millis):
        return LEFT + (WIDTH - LEFT - RIGHT) * millis / self.end

    def text(self, x, y, text, classes="text"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{classes}">{html.escape(text, quote=False)}</text>')

    def line(self, x1, y1, x2, y2, colour="line", width=1.0, more=""):
        self.parts.append(f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" class="{colour}-s" stroke-width="{width:g}" fill="none"{more}/>')

    def bar(self, start, end, y, height, colour, opacity):
        self.parts.append(f'<rect x="{self.x(start):.1f}" y="{y:.1f}" width="{max(1.5, self.x(end) - self.x(start)):.1f}" height="{height}" rx="2" class="{colour}" opacity="{opacity:g}"/>')

    # ---- the parts, from above

    def state(self):
        """What the request was doing."""
        y, start = self.y, 0
        self.text(LEFT - 10, y + 12, "phase", "quiet e")
        for name, since, until in self.stream.before:
            if name == "queue":
                self.phase(since, until, y, "queue", 0.55, "queued")
                start = until
        self.phase(start, self.said["ttft_ms"], y, "wait", 0.28, "prefill")
        self.phase(self.said["ttft_ms"], self.end, y, "token", 0.3, "generating")
        if self.stream.left:
            self.text(self.x(self.end) + 5, y + 12, "client left", "bad")
        self.y += ROW + 6

    def phase(self, since, until, y, colour, opacity, name):
        self.bar(since, until, y, 16, colour, opacity)
        if self.x(until) - self.x(since) > 7 * len(name):
            self.text((self.x(since) + self.x(until)) / 2, y + 12, name, "text m")

    def answer(self):
        """What was read from the server; names of what is no token stand above it."""
        labels = self.levels()
        depth = max((level for _, _, level in labels), default=-1) + 1
        base = self.y + depth * 14 + 26
        self.text(LEFT - 10, base - 6, "from the server", "quiet e")
        self.line(LEFT, base, self.x(self.end), base, "line", 1.2)
        for millis, name, level in labels:
            y = base - 26 - level * 14
            self.line(self.x(millis), y + 3, self.x(millis), base, "line", 1)
            self.text(self.x(millis), y, name, ("bad" if name == "error" else "quiet") + self.side(millis))
        for place, (millis, piece) in enumerate(self.tokens):
            self.token(millis + 0, piece, base, place)
        self.counts(base)
        for millis, piece in self.pieces:
            if piece.kind == "error":
                self.line(self.x(millis) - 4, base - 8, self.x(millis) + 4, base, "bad", 2)
                self.line(self.x(millis) + 4, base - 8, self.x(millis) - 4, base, "bad", 2)
        self.y = base + 24

    def side(self, millis):
        return " e" if self.x(millis) > WIDTH - RIGHT - 14 else " m"

    def token(self, millis, piece, base, place):
        same = [each for each, (at, _) in enumerate(self.tokens) if at == millis]
        x = self.x(millis) + 3.5 * (same.index(place)) if len(same) > 1 else self.x(millis)
        for each in range(piece.tokens):
            self.line(x + 3.5 * each, base - 18, x + 3.5 * each, base, piece.kind, 2.2)

    def counts(self, base):
        """Of pieces that the server counted more than one token for, or that came together."""
        for millis in sorted({at for at, _ in self.tokens}):
            together = [piece for at, piece in self.tokens if at == millis]
            if len(together) > 1:
                self.text(self.x(millis), base + 13, f"{len(together)} in one read", "quiet" + (" e" if self.x(millis) > WIDTH - RIGHT - 60 else ""))
            elif together[0].tokens > 1:
                self.text(self.x(millis) + 5, base + 13, f"{together[0].tokens} tokens", "quiet m")

    def levels(self):
        """(millis, name, level): names of one read beside each other, no two over each other."""
        names = {}
        for millis, piece in self.pieces:
            if piece.label:
                names.setdefault(millis, []).append(piece.label)
        placed, ends = [], []
        for millis, words in sorted(names.items()):
            name = ", ".join(words)
            half = 3.2 * len(name)
            start, end = (self.x(millis) - 2 * half, self.x(millis)) if self.side(millis) == " e" else (self.x(millis) - half, self.x(millis) + half)
            level = next((each for each, last in enumerate(ends) if start > last + 6), len(ends))
            ends = ends[:level] + [end] + ends[level + 1:]
            placed.append((millis, name, min(level, LABELS)))
        return placed

    # ---- what is measured

    def measure(self, row):
        """Of a figure, from where to where, and its text; several for gaps. None where the program has no such figure."""
        said = self.said
        spans = {"ttfb": "ttfb_ms", "ttft": "ttft_ms", "ttfa": "ttfa_ms", "last": "last_token_ms", "duration": "duration_ms"}
        if row in spans:
            return [(0, said[spans[row]], number(said[spans[row]]), "figure")]
        if row in ("queue", "connect"):
            return [(since, until, number(until - since), "figure") for name, since, until in self.stream.before if name == row]
        if row == "paused":
            return [(*self.stream.paused, number(self.stream.paused[1] - self.stream.paused[0]), "queue")]
        if row == "tpot":
            first = self.tokens[0][1].tokens
            span = said["last_token_ms"] - said["ttft_ms"]
            return [(said["ttft_ms"], said["last_token_ms"], f"{number(said['tpot_ms'])} = {number(span)} ÷ ({said['output_tokens']} − {first})", "figure")]
        return self.gaps(divided=row == "itl")

    def gaps(self, divided):
        found = []
        for (before, _), (at, piece) in zip(self.tokens, self.tokens[1:]):
            if at == before or (self.stream.paused and at == self.stream.paused[1]):
                continue
            gap = at - before
            text = f"{number(gap)} ÷ {piece.tokens}" if divided else f"{number(gap)}, a stall" if gap > STALL_MS else number(gap)
            found.append((before, at, text, "bad" if gap > STALL_MS else "figure"))
        return found

    def row(self, name):
        y = self.y + 10
        self.text(LEFT - 10, y + 4, NAMES[name], "figure n e")
        measured = self.measure(name)
        for since, until, text, colour in measured:
            x1, x2 = self.x(since), self.x(until)
            self.line(x1, y - 4, x1, y + 4, colour, 1.2)
            self.line(x2, y - 4, x2, y + 4, colour, 1.2)
            wide = len(measured) > 1 or self.x(until) + 8 + 6.6 * len(text) > WIDTH - 4
            if not wide:
                self.line(x1, y, x2, y, colour, 1.2)
                self.text(x2 + 6, y + 4, text, colour)
                continue
            middle, half = (x1 + x2) / 2, 3.4 * len(text) + 4
            if half * 2 > x2 - x1:
                self.text(middle, y + 4, text, colour + " m")
                continue
            self.line(x1, y, middle - half, y, colour, 1.2)
            self.line(middle + half, y, x2, y, colour, 1.2)
            self.text(middle, y + 4, text, colour + " m")
        self.y += ROW

    def axis(self):
        y = self.y + 8
        self.line(LEFT, y, self.x(self.end), y, "line", 1)
        step = next(each for each in (50, 100, 200, 500) if self.end / each <= 8)
        for tick in range(0, int(self.end) + 1, step):
            self.line(self.x(tick), y, self.x(tick), y + 4, "line", 1)
            self.text(self.x(tick), y + 16, str(tick), "quiet m")
        self.text(WIDTH - RIGHT + 26, y + 16, "ms", "quiet")
        self.text(LEFT - 10, y + 16, "received", "quiet e")
        self.y = y + 34

    def foot(self):
        said = self.said
        tokens = f"output_tokens {said['output_tokens']} ({said['tokens_source']})" if "output_tokens" in said else "output_tokens absent"
        self.text(LEFT, self.y, f"outcome {said['outcome']} · chunks {said['chunks']} · {tokens} · stalls {said['stalls']}", "text n")
        self.y += 18
        for line in textwrap.wrap(self.stream.remark, REMARK_CHARACTERS):
            self.text(LEFT, self.y, line, "quiet")
            self.y += 18

    def svg(self, alt):
        self.state()
        self.answer()
        for name in self.stream.rows:
            self.row(name)
        self.axis()
        self.foot()
        height = self.y
        body = "\n".join(self.parts)
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" height="{height:.0f}" role="img" aria-labelledby="t">\n'
                f'<title id="t">{alt}</title>\n<style>{style()}</style>\n<rect width="{WIDTH}" height="{height:.0f}" rx="6" class="ground"/>\n{body}\n</svg>\n')
