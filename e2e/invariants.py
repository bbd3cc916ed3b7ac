"""What must add up on the metrics page once nothing is in flight, whatever the requests were."""

import re

import harness

SECONDS_MAX = 30
GENERATING = ("chat", "completion", "responses", "messages", "generate")
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def samples(page, name):
    """Labels and value of each sample of this name."""
    for line in page.splitlines():
        found = SAMPLE.match(line)
        if found and found[1] == name:
            yield dict(LABEL.findall(found[2] or "")), float(found[3])


def total(page, name, keep=lambda labels: True):
    return sum(value for labels, value in samples(page, name) if keep(labels))


def generating(labels):
    """A streamed infer generates, too; what counts first tokens has no label stream, and only streams."""
    streamed_infer = labels["operation"] == "infer" and labels.get("stream", "true") == "true"
    return labels["operation"] in GENERATING or streamed_infer


def parts_add_up(line):
    """To the microsecond, as they are written."""
    parts = line.get("phases")
    return "ttft_ms" not in line if parts is None else round(sum(parts.values()) * 1e3) == round(line["ttft_ms"] * 1e3)


def check(checks, proxy, counted=generating, further_inferences=0):
    """Waits until the log and the page have come to rest, then compares them.

    `counted` are the operations whose first tokens must add up: where gRPC calls carry several inferences, not `infer`,
    for each of those is timed by itself; or `further_inferences` is how many with a first token shared a call with one
    before them: each has a TTFT, and no request.
    """
    harness.wait_until(lambda: '"in_flight":0' in proxy.admin("/status"), SECONDS_MAX, "the end of all requests")
    requests = "streamgauge_requests_total"
    harness.wait_until(lambda: total(proxy.admin("/metrics"), requests) == len(proxy.log_lines()) or None, SECONDS_MAX,
                       "as many requests on the page as lines in the log")
    page, lines = proxy.admin("/metrics"), proxy.log_lines()
    checks.that(total(page, "streamgauge_requests_in_flight") == 0, "all gauges of requests in flight are 0")
    outcomes = {line["outcome"] for line in lines}
    differing = [outcome for outcome in outcomes if total(page, requests, lambda labels: labels["outcome"] == outcome)
                 != sum(line["outcome"] == outcome for line in lines)]
    checks.that(not differing, "each outcome is as often on the page as in the log", f"{len(lines)} requests {differing}")
    differing = [line["request_id"] for line in lines if not parts_add_up(line)]
    checks.that(not differing, "the parts of each time to first token add up to it", f"{differing[:5]}")
    asked = total(page, requests, counted)
    timed = total(page, "streamgauge_time_to_first_token_seconds_count", counted)
    without = total(page, "streamgauge_no_first_token_total", counted)
    whole = total(page, requests, lambda labels: counted(labels) and labels["stream"] == "false")
    checks.that(asked + further_inferences == timed + without + whole,
                "generating requests = TTFT count + no first token + not streamed",
                f"{asked + further_inferences:.0f} = {timed:.0f} + {without:.0f} + {whole:.0f}")
