"""What a proxy of the README shows of itself: the answer to a request of ours, the metrics page, the log; and, where a query is told, what Prometheus
makes of it."""

import json
import math
import re
import urllib.request

import harness
import prometheus

# of a sample of a log line: what differs from run to run
OF_THE_RUN = re.compile(r".*_ms|time|request_id|stalls")
CHAT = {"model": "simulated", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
SCRAPES = "scrape_configs: [{{job_name: streamgauge, scrape_interval: 1s, static_configs: [{{targets: ['127.0.0.1:{port}']}}]}}]\n"


class Shown:
    """What a proxy shows of itself: the answer, the metrics page, the log."""

    def __init__(self, session, started):
        self.session, self.checks, self.started = session, session.checks, started
        self.listen, self.admin = started.ports

    def check(self):
        status, body = self._ask()
        self.checks.that(status == 200 and body.rstrip().endswith("data: [DONE]"), "a stream comes through, 200", str(status))
        self._check_query()
        counted = harness.wait_until(self._counted, 10, "the request on the metrics page")
        self.checks.that(counted, "the metrics page has it", counted)
        self._check_log(float(counted.split()[-1]))

    def _ask(self):
        request = urllib.request.Request(f"http://127.0.0.1:{self.listen}/v1/chat/completions", json.dumps(CHAT).encode(),
                                         {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()

    def _counted(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=30) as page:
            lines = page.read().decode().splitlines()
        return next((line for line in lines if line.startswith("streamgauge_requests_total{")
                     and 'outcome="ok"' in line and 'operation="chat"' in line and float(line.split()[-1]) >= 1), None)

    def _check_log(self, count):
        harness.wait_until(lambda: self.started.out.read_bytes().count(b"\n") >= count, 10, f"{count} lines in the access log")
        lines, samples = self.started.out.read_text().splitlines(), self.started.command.samples
        if self.started.command.value("--access-log-format", "json") != "json":
            self.checks.that(len(lines) == count, "the log has a line for each", f"{len(lines)} lines")
            for sample in samples.get("text", "").splitlines():
                self.checks.that(any(parts(line) == parts(sample) for line in lines), f"the log has a line like `{sample.split(':')[0]}: …`",
                                 "; ".join(line for line in lines if line.split(":")[0] == sample.split(":")[0]))
            return
        records = [json.loads(line) for line in lines]
        self.checks.that([record["outcome"] for record in records] == ["ok"] * int(count), "the log has a line for each, ok",
                         f"{len(records)} lines")
        if "json" in samples:
            differences = list(unlike(samples["json"], records[0]))
            self.checks.that(not differences, "the log line is like the README's", "; ".join(differences))
            self.checks.that(("output_tokens" in records[0]) == ('"output_tokens"' in samples["json"]), "and has a token count only if somebody told one")

    def _check_query(self):
        """While requests come: of counters that stand still no rate has a quantile."""
        query = self.started.command.samples.get("promql")
        if not query:
            return
        if not prometheus.program("prometheus"):
            harness.say("skip readme: the query is not asked: no Prometheus")
            return
        with prometheus.started(self.session.folder, SCRAPES.format(port=self.admin)) as port:
            def answer():
                self._ask()
                value = prometheus.value(port, query)
                return value if value is not None and math.isfinite(value) else None
            value = harness.wait_until(answer, 60, "an answer to the query")
        self.checks.that(0 < value < 60, "the query tells seconds", f"{value:.3f}")


def parts(line):
    """Of a line of the guide's template: whose it is, the longest part, and the reason."""
    name, rest = line.split(":", 1)
    told, reason = rest.split(";")
    spans = {part: float(millis) for part, millis in re.findall(r"(\w+) ([\d.]+)", told.split("=")[1])}
    return name, max(spans, key=spans.get), reason


def unlike(sample, record):
    """Fields of the sample (whole or with gaps) that a record lacks, or that say something else there."""
    for name, text in re.findall(r'"(\w+)":("[^"]*"|[^,}\s]+)', sample):
        if name not in record:
            yield f"{name}: absent"
        elif not OF_THE_RUN.fullmatch(name) and json.loads(text) != record[name]:
            yield f"{name}: {record[name]} (in the README: {text})"
