"""Panels, rows and dashboards as data, and the JSON that Grafana 10 and later reads."""

from __future__ import annotations

import dataclasses

# Where docs/runbooks can be read; the chart puts `metrics.runbooksUrl` in its place.
RUNBOOKS = "https://streamgauge.dev/docs/runbooks/"
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24


@dataclasses.dataclass(frozen=True)
class Ask:
    """A query, and how its series are called. `absent` says why a query may rightly find nothing."""
    expr: str
    legend: str = ""
    absent: str = ""
    exemplars: bool = False


@dataclasses.dataclass(frozen=True)
class Panel:
    title: str
    text: str
    unit: str
    asks: tuple
    kind: str = "timeseries"
    width: int = 8
    height: int = 7
    stack: bool = False
    least: float | None = 0
    most: float | None = None
    # (from value, colour), ascending; the first is from anywhere
    steps: tuple = ()
    # page#anchor below RUNBOOKS
    runbook: str = ""
    # leads from a series with a label `pod` to that replica
    to_replica: bool = False
    decimals: int | None = None
    # of a single figure: show its legend instead of its value
    named: bool = False


@dataclasses.dataclass(frozen=True)
class Row:
    title: str
    panels: tuple


@dataclasses.dataclass(frozen=True)
class Variable:
    name: str
    label: str
    query: str = ""
    kind: str = "query"
    multi: bool = True
    default: str = ""


@dataclasses.dataclass(frozen=True)
class Board:
    uid: str
    title: str
    text: str
    variables: tuple
    rows: tuple

    def panels(self):
        return [panel for row in self.rows for panel in row.panels]


def stat(title, text, unit, expr, absent="", legend="", **more):
    return Panel(title, text, unit, (Ask(expr, legend, absent),), kind="stat", **{"width": 4, "height": 4, **more})


def table(title, text, asks, **more):
    return Panel(title, text, "short", asks, kind="table", **more)


# ---- to JSON


def _target(number, ask, panel):
    target = {"refId": chr(ord("A") + number), "datasource": DATASOURCE, "editorMode": "code", "expr": ask.expr,
              "legendFormat": ask.legend or "__auto"}
    if panel.kind == "timeseries":
        return target | {"range": True, "exemplar": ask.exemplars}
    return target | {"instant": True, "range": False} | ({"format": "table"} if panel.kind == "table" else {})


def _thresholds(panel):
    steps = panel.steps or ((None, "green"),)
    return {"mode": "absolute", "steps": [{"value": value, "color": colour} for value, colour in steps]}


def _defaults(panel):
    defaults = {"unit": panel.unit, "thresholds": _thresholds(panel)}
    defaults |= {key: value for key, value in (("min", panel.least), ("max", panel.most), ("decimals", panel.decimals)) if value is not None}
    if panel.kind == "timeseries":
        defaults |= {"color": {"mode": "palette-classic"}, "custom": {
            "drawStyle": "line", "lineWidth": 1, "fillOpacity": 40 if panel.stack else 5, "showPoints": "never", "spanNulls": False,
            "stacking": {"mode": "normal" if panel.stack else "none", "group": "A"}}}
    else:
        defaults |= {"color": {"mode": "thresholds"}}
    if panel.to_replica:
        defaults["links"] = [{"title": "This replica", "url": "/d/streamgauge-replica?var-datasource=${datasource}"
                              "&var-namespace=${__field.labels.namespace}&var-pod=${__field.labels.pod}&${__url_time_range}"}]
    return defaults


def _options(panel):
    if panel.kind == "timeseries":
        return {"legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"], "showLegend": True},
                "tooltip": {"mode": "multi", "sort": "desc"}}
    if panel.kind == "stat":
        return {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "value", "graphMode": "none",
                "textMode": "name" if panel.named else "value", "justifyMode": "auto", "orientation": "auto"}
    return {"showHeader": True, "cellHeight": "sm", "footer": {"show": False}}


def _panel(number, panel, x, y):
    out = {"id": number, "type": panel.kind, "title": panel.title, "description": panel.text,
           "gridPos": {"x": x, "y": y, "w": panel.width, "h": panel.height}, "datasource": DATASOURCE,
           "fieldConfig": {"defaults": _defaults(panel), "overrides": []}, "options": _options(panel),
           "targets": [_target(n, ask, panel) for n, ask in enumerate(panel.asks)]}
    if panel.kind == "table":
        hidden = {name: True for name in ("Time", "__name__", "endpoint", "container", "instance", "job", "prometheus", "service")}
        out["transformations"] = [{"id": "merge", "options": {}}, {"id": "organize", "options": {"excludeByName": hidden}}]
    if panel.runbook:
        out["links"] = [{"title": "Runbook", "url": RUNBOOKS + panel.runbook, "targetBlank": True}]
    return out


def _variable(variable):
    base = {"name": variable.name, "label": variable.label}
    if variable.kind == "datasource":
        return base | {"type": "datasource", "query": "prometheus", "current": {}, "hide": 0, "refresh": 1}
    if variable.kind == "textbox":
        chosen = {"text": variable.default, "value": variable.default}
        return base | {"type": "textbox", "query": variable.default, "current": chosen, "options": [chosen | {"selected": True}]}
    asked = {"qryType": 1, "query": variable.query, "refId": "Variable"}
    out = base | {"type": "query", "datasource": DATASOURCE, "definition": variable.query, "query": asked, "regex": "",
                  "refresh": 2, "sort": 1, "multi": variable.multi, "includeAll": variable.multi, "hide": 0}
    if variable.multi:
        # by a pattern, so that pods that are gone are in it, too
        out |= {"current": {"selected": True, "text": ["All"], "value": ["$__all"]}, "allValue": ".*"}
    return out


def _placed(rows):
    number, y = 1, 0
    for row in rows:
        yield {"id": number, "type": "row", "title": row.title, "collapsed": False, "panels": [], "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}}
        number, y, x, tallest = number + 1, y + 1, 0, 0
        for panel in row.panels:
            if x + panel.width > WIDTH:
                x, y, tallest = 0, y + tallest, 0
            yield _panel(number, panel, x, y)
            number, x, tallest = number + 1, x + panel.width, max(tallest, panel.height)
        y += tallest


def as_json(board):
    return {
        "uid": board.uid, "title": board.title, "description": board.text, "tags": ["streamgauge"], "schemaVersion": 39, "version": 1,
        "editable": True, "graphTooltip": 1, "timezone": "browser", "refresh": "30s", "time": {"from": "now-1h", "to": "now"},
        "links": [{"type": "dashboards", "title": "streamgauge", "tags": ["streamgauge"], "asDropdown": False, "includeVars": True,
                   "keepTime": True, "targetBlank": False, "icon": "external link", "tooltip": "", "url": ""},
                  {"type": "link", "title": "Runbooks", "url": RUNBOOKS + "README.md", "targetBlank": True, "icon": "doc", "tags": [],
                   "asDropdown": False, "includeVars": False, "keepTime": False, "tooltip": ""}],
        "annotations": {"list": [{"name": "Alerts", "enable": True, "iconColor": "red", "datasource": DATASOURCE,
                                  "expr": 'ALERTS{alertname=~"Streamgauge.*",alertstate="firing"}', "titleFormat": "{{alertname}}",
                                  "textFormat": "{{namespace}} {{pod}} {{workload}} {{model}}", "step": "30s"}]},
        "templating": {"list": [_variable(each) for each in board.variables]},
        "panels": list(_placed(board.rows))}
