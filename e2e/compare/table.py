"""Joins what a client saw with what the access log says, request by request, and shows the differences."""

import sys
import pathlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import harness  # noqa: E402 (found through the line above)
import invariants  # noqa: E402, F401 (for run.py)

HEAD = ("| server | client | n | output tokens equal | input tokens equal | token events equal "
        "| TTFT client − ours, ms | TPOT client − ours, ms | longest gap client − ours, ms | duration client − ours, ms |\n"
        "|-|-|-|-|-|-|-|-|-|-|")


def median_and_ends(differences):
    if not differences:
        return "–"
    low, middle, high = min(differences), harness.percentile(differences, 0.5), max(differences)
    return f"{middle:.3f} ({low:.3f} … {high:.3f})" + ("" if len(differences) > 9 else f", n={len(differences)}")


def equal(pairs):
    known = [pair for pair in pairs if pair[0] is not None]
    return f"{sum(ours == theirs for theirs, ours in known)}/{len(known)}" if known else "–"


class Joined:
    """The requests of one run, as the client and as streamgauge saw them."""

    def __init__(self, server, client, seen, lines):
        by_id = {}
        for line in lines:
            by_id.setdefault(line["request_id"], []).append(line)
        self.server, self.client = server, client
        self.pairs = [(one, by_id[one["request_id"]][0]) for one in seen if len(by_id.get(one["request_id"], [])) == 1]
        self.lost = len(seen) - len(self.pairs)

    def differences(self, theirs, ours):
        both = [(theirs(one), ours(line)) for one, line in self.pairs]
        return [one - other for one, other in both if one is not None and other is not None]

    def named(self, name, ours=None):
        return self.differences(lambda one: one.get(name), lambda line: line.get(ours or name))

    def longest_gaps(self):
        return self.differences(lambda one: max(one["gaps_ms"]) if one.get("gaps_ms") else None,
                                lambda line: line.get("gap_max_ms"))

    def tokens_agree(self):
        return not self.lost and all(
            line["outcome"] == "ok" and one["output_tokens"] in (None, line.get("output_tokens")) for one, line in self.pairs)

    def row(self, ttft="ttft_ms"):
        pairs = self.pairs
        count = str(len(pairs)) + (f" ({self.lost} not found)" if self.lost else "")
        cells = [self.server, self.client, count,
                 equal([(one["output_tokens"], line.get("output_tokens")) for one, line in pairs]),
                 equal([(one.get("input_tokens"), line.get("input_tokens")) for one, line in pairs]),
                 equal([(one.get("events"), line.get("chunks")) for one, line in pairs]),
                 median_and_ends(self.named("ttft_ms", ttft)), median_and_ends(self.named("tpot_ms")),
                 median_and_ends(self.longest_gaps()), median_and_ends(self.named("duration_ms"))]
        return "| " + " | ".join(cells) + " |"
