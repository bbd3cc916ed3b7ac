#!/usr/bin/env python3
"""Holds the queries of dashboards, rules and runbooks against docs/reference/metrics.md: each metric and each label in them exists,
and what is grouped by or shown in a legend is there to be grouped by. Of each alert: its annotations, its page in docs/runbooks, and cases in
which it fires, does not fire and resolves. Python 3.9 and its library only; run by ./check.

    chart/rules/names.py
    chart/rules/names.py --as-rules    # prints the queries of dashboards and runbooks as rules, for promtool to read
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RULES, RUNBOOKS = ROOT / "chart/rules", ROOT / "docs/runbooks"
sys.path.insert(0, str(ROOT / "chart/dashboards"))
sys.dont_write_bytecode = True

import generate  # noqa: E402

# Of the target, as the chart's monitors and compose/prometheus.yml set them.
OF_TARGETS = {"namespace", "pod", "container", "job", "instance"}
# What Prometheus and others have.
OTHERS = {"ALERTS": {"alertname", "alertstate", "severity", "window", "model", "slo", "workload", "cause", "uuid", "xid", "reason", "what"},
          "container_cpu_cfs_throttled_periods_total": set()}
AGGREGATIONS = "sum|min|max|avg|count|topk|group"
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
METRIC = re.compile(r"(?<![\w:\"'])((?:streamgauge_|vllm:|gen_ai_|ALERTS)[a-zA-Z0-9_:]*|[a-z_]+:streamgauge_" + r"[a-z0-9_]+(?::[a-z0-9_]+)?|streamgauge:[a-z_:]+)")
LABELS = re.compile(r"\b(by|on|ignoring|without|group_left|group_right)\s*\(([^()]*)\)")


def reference():
    """Families with their labels, and their kind."""
    rows = re.findall(r"^\| `([a-zA-Z_:]+)` \| (\w+) \| ([^|]*)\|", (ROOT / "docs/reference/metrics.md").read_text(encoding="utf-8"), re.M)
    return {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


FAMILIES = reference()


def labels_of(metric):
    """None if there is no such metric."""
    if metric in OTHERS:
        return OTHERS[metric] | OF_TARGETS
    if ":" in metric and not metric.startswith("vllm:"):
        recorded = {name for name, _ in recordings()}
        return None if metric not in recorded else {"namespace", "pod", "model", "slo", "outcome", "violated", "uuid", "xid"} & set(metric.split(":")[0].split("_"))
    kind, labels = FAMILIES.get(metric, (None, None))
    if kind:
        return labels | OF_TARGETS
    for end in ("_bucket", "_sum", "_count"):
        kind, labels = FAMILIES.get(metric.removesuffix(end) if metric.endswith(end) else "", (None, None))
        if kind == "histogram":
            return labels | OF_TARGETS | ({"le"} if end == "_bucket" else set())
    return None


def without_strings(expr):
    return re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', lambda found: '"' + " " * (len(found.group()) - 2) + '"', expr)


def closing(text, start):
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return at
    return len(text)


def problems_of(expr):
    """What is wrong with a query's names."""
    bare = without_strings(expr)
    metrics = {}
    for found in METRIC.finditer(bare):
        metric = found.group(1)
        labels = labels_of(metric)
        if labels is None:
            yield f"no such metric: {metric}"
            continue
        metrics[found.start()] = labels
        matchers = re.match(r"\{([^}]*)\}", bare[found.end():])
        for label in re.findall(rf"({NAME})\s*(?:=~|!~|!=|=)", matchers.group(1)) if matchers else ():
            if label not in labels:
                yield f"{metric} has no label {label}"
    everything = set().union(*metrics.values()) if metrics else set()
    for found in re.finditer(rf"\b(?:{AGGREGATIONS}) by \(([^()]*)\)\s*\(", bare):
        end = closing(bare, found.end() - 1)
        inside = [labels for at, labels in metrics.items() if found.end() <= at < end]
        for label in filter(None, (each.strip() for each in found.group(1).split(","))):
            if inside and not any(label in labels for labels in inside):
                yield f"nothing in it has the label {label} that it is grouped by"
    for _, names in LABELS.findall(bare):
        for label in filter(None, (each.strip() for each in names.split(","))):
            if metrics and label not in everything:
                yield f"nothing in the query has the label {label}"


def shown(expr, legend):
    """Labels of a legend that the query's series do not keep."""
    bare = without_strings(expr)
    kept = set().union(*(labels_of(found.group(1)) or set() for found in METRIC.finditer(bare)))
    groups = [{each.strip() for each in names.split(",")} for names in re.findall(rf"\b(?:{AGGREGATIONS}) by \(([^()]*)\)", bare)]
    if groups:
        kept = set().union(*groups)
    elif re.search(rf"\b(?:{AGGREGATIONS})\s*\(", bare):
        kept = set()
    return [label for label in re.findall(r"\{\{(\w+)\}\}", legend) if label not in kept]


# ---- rules, read by their lines: there is no YAML in Python's library


def _block(lines, at, indent):
    taken = []
    for line in lines[at:]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        taken.append(line)
    return "\n".join(taken)


def fields_of_rules(path):
    """Each rule as its keys' texts, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for at, line in enumerate(lines):
        started = re.match(r"(\s*)- (record|alert): (\S+)", line)
        if not started:
            continue
        body = _block(lines, at + 1, len(started.group(1))).splitlines()
        rule = {started.group(2): started.group(3)}
        for number, each in enumerate(body):
            key = re.match(r"(\s+)(\w+):\s*(.*)", each)
            if key and key.group(2) in ("expr", "severity", "summary", "description", "runbook_url"):
                value = key.group(3)
                rule[key.group(2)] = _block(body, number + 1, len(key.group(1))) if value in ("|", ">-") else value
        yield rule


def all_rules():
    return [(path, rule) for path in sorted(RULES.glob("*.rules.yaml")) for rule in fields_of_rules(path)]


def recordings():
    return [(rule["record"], rule["expr"]) for _, rule in all_rules() if "record" in rule]


def headings(page):
    return {re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.M)}


def leads_somewhere(target):
    page, _, anchor = target.partition("#")
    path = RUNBOOKS / page
    return path.exists() and (not anchor or anchor in headings(path))


def cases(alert):
    """How many cases expect the alert, and how many expect none."""
    fires, silent = 0, 0
    for path in RULES.glob("*.test.yaml"):
        text = path.read_text(encoding="utf-8")
        for expected in re.findall(rf"alertname: {alert}\n\s+eval_time: \S+\n\s+exp_alerts:(.*)\n", text):
            fires, silent = fires + (not expected.strip()), silent + (expected.strip() == "[]")
        for expected in re.findall(rf'ALERTS{{alertname="{alert}"[^\n]*\n\s+eval_time: \S+\n\s+exp_samples:(.*)\n', text):
            fires, silent = fires + (not expected.strip()), silent + (expected.strip() == "[]")
    return fires, silent


def wrong_in_dashboards():
    for board, panel, ask in generate.queries():
        where = f"{board.title} / {panel.title}"
        yield from (f"{where}: {each}" for each in problems_of(ask.expr))
        yield from (f"{where}: the legend's {label} is not in its series" for label in shown(ask.expr, ask.legend))
    for board in generate.BOARDS:
        titles = [panel.title for panel in board.panels()]
        yield from (f"{board.title}: two panels are called {title}" for title in set(titles) if titles.count(title) > 1)
        for panel in board.panels():
            if len(panel.text) < 20 or not panel.unit:
                yield f"{board.title} / {panel.title}: says nothing of what it means, or has no unit"
            if panel.runbook and not leads_somewhere(panel.runbook):
                yield f"{board.title} / {panel.title}: no such runbook: {panel.runbook}"
        for variable in board.variables:
            yield from (f"{board.title}, variable {variable.name}: {each}" for each in problems_of(variable.query))


def wrong_in_rules():
    for path, rule in all_rules():
        name = rule.get("alert") or rule["record"]
        yield from (f"{path.name}, {name}: {each}" for each in problems_of(rule["expr"]))
        if "alert" not in rule:
            continue
        yield from (f"{path.name}, {name}: has no {key}" for key in ("severity", "summary", "description", "runbook_url") if not rule.get(key))
        expected = f"{path.name.split('.')[0]}.md#{name.lower()}"
        if rule.get("runbook_url") != generate.RUNBOOKS + expected or not leads_somewhere(expected):
            yield f"{path.name}, {name}: runbook_url is not {expected}, or there is no such heading"
        fires, silent = cases(name)
        if fires < 1 or silent < 2:
            yield f"{name}: {fires} cases in which it fires, {silent} in which it does not (expected: at least 1, and 2: before and after)"


def wrong_in_runbooks():
    alerts = {rule["alert"] for _, rule in all_rules() if "alert" in rule}
    for page in RUNBOOKS.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        yield from (f"{page.name}: {name} is no alert" for name in re.findall(r"^## (Streamgauge\w+)$", text, re.M) if name not in alerts)
        for block in promql(text):
            yield from (f"{page.name}: {each}" for each in problems_of(block))
        for inline in re.findall(r"`([^`\n]*(?:streamgauge_|streamgauge:)[^`\n]*)`", text):
            if "kubectl" not in inline:
                yield from (f"{page.name}: {each}" for each in problems_of(inline))
    index = (RUNBOOKS / "README.md").read_text(encoding="utf-8")
    yield from (f"README.md: has no line for {name}" for name in alerts if f"[{name}](" not in index)


def promql(text):
    """Each query of the blocks that say they are one; several stand on lines of their own."""
    return [line for block in re.findall(r"```promql\n(.*?)```", text, re.S) for line in block.splitlines() if line.strip()]


# What has to be found, or this finds nothing.
WRONG = (
    "rate(streamgauge_tokenz_total[5m])",
    'streamgauge_tokens_total{kind="output"}',
    "sum by (modl) (rate(streamgauge_tokens_total[5m]))",
    "sum by (uuid) (streamgauge_gpu_up) / sum by (uuid) (streamgauge_gpu_power_watts)",
    "streamgauge_gpu_up_bucket",
    'rate(streamgauge_event_loop_lag_seconds_bucket{model="x"}[5m])',
    "streamgauge_gpu_up * on (uuid) group_left () streamgauge_build_info",
    "namespace_pod:streamgauge_nothing:rate5m",
)


def as_rules():
    """JSON is YAML."""
    exprs = [generate.filled(ask.expr) for _, _, ask in generate.queries()]
    exprs += [query for page in sorted(RUNBOOKS.glob("*.md")) for query in promql(page.read_text(encoding="utf-8"))]
    return json.dumps({"groups": [{"name": "queries", "rules": [{"record": f"query{number}", "expr": expr} for number, expr in enumerate(exprs)]}]})


def main():
    if sys.argv[1:] == ["--as-rules"]:
        print(as_rules())
        return 0
    wrong = [f"nothing was found wrong with {expr}" for expr in WRONG if not list(problems_of(expr))]
    wrong += [*wrong_in_dashboards(), *wrong_in_rules(), *wrong_in_runbooks()]
    for each in wrong:
        print(each, file=sys.stderr)
    asked = len(generate.queries())
    print(f"names: {asked} queries of dashboards, {len(all_rules())} rules: {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
