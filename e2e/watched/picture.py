"""A page for each dashboard with the curves that its queries gave, placed as in Grafana. Not Grafana's drawing: what is looked at is whether
titles, units, legends and curves make sense together. One file each, without scripts and outside requests."""

import html
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "chart/dashboards"))
import generate  # noqa: E402

COLUMN, LINE = 58, 34
COLOURS = ("#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0", "#508642", "#cca300")
STYLE = """body{background:#111217;color:#ccccdc;font:12px/1.35 system-ui,sans-serif;margin:12px}h1{font-size:18px}main{position:relative}
.p{position:absolute;background:#181b1f;border:1px solid #2c3235;box-sizing:border-box;padding:4px 8px;overflow:hidden}.r{position:absolute;font-weight:600;font-size:14px}
.t{font-weight:600;white-space:nowrap}.n{font-size:26px;text-align:center;margin-top:8px}.l{white-space:nowrap;overflow:hidden}.e{color:#f2495c}td,th{padding:0 6px;text-align:left;white-space:nowrap}"""
SCALES = {"s": ((1, "s"), (1e-3, "ms"), (1e-6, "µs")), "bytes": ((2**30, "GiB"), (2**20, "MiB"), (1, "B")), "Bps": ((1e6, "MB/s"), (1, "B/s")),
          "percentunit": ((0.01, "%"),), "hertz": ((1e9, "GHz"), (1e6, "MHz"), (1, "Hz")), "watt": ((1, "W"),), "celsius": ((1, "°C"),), "joule": ((1, "J"),), "reqps": ((1, "req/s"),),
          "ops": ((1, "/s"),)}


def shown(value, unit):
    scales = SCALES.get(unit, ((1, unit.removeprefix("suffix: ") if unit.startswith("suffix") else ""),))
    by, name = next((scale for scale in scales if abs(value) >= scale[0]), scales[-1])
    scaled = value / by
    return f"{f'{scaled / 1000:.3g}k' if abs(scaled) >= 1000 else f'{scaled:.3g}'} {name}".strip()


def legend(text, labels):
    for name, value in labels.items():
        text = text.replace("{{" + name + "}}", value)
    return text.split("{{")[0].strip() or ", ".join(f"{name}={value}" for name, value in labels.items() if name != "__name__") or "value"


def lines(panel, found, width, height):
    """An SVG of all series of a panel; stacked where the panel is."""
    curves = [(legend(ask.legend, labels), values) for ask, series in found for labels, values in series][:24]
    if not curves:
        return f'<div class="e">nothing: {html.escape("; ".join(ask.absent or "?" for ask, _ in found))}</div>'
    names = len(curves[:6]) * 15
    tall, left = max(30, height - 34 - names), 62
    if panel.stack:
        base, stacked = {}, []
        for name, values in curves:
            base = {**base, **{at: base.get(at, 0) + value for at, value in values}}
            stacked.append((name, [(at, base[at]) for at, _ in values], values[-1][1]))
    else:
        stacked = [(name, values, values[-1][1]) for name, values in curves]
    ends = [at for _, values, _ in stacked for at, _ in values]
    top = max([value for _, values, _ in stacked for _, value in values] + [panel.most or 0]) or 1
    low = min([value for _, values, _ in stacked for _, value in values] + ([panel.least] if panel.least is not None else []))
    start, span, range_ = min(ends), max(max(ends) - min(ends), 1), (top - low) or 1
    drawn = "".join('<polyline fill="none" stroke="%s" stroke-width="1.4" points="%s"/>' % (COLOURS[number % len(COLOURS)], " ".join(
        f"{left + (at - start) / span * (width - left - 6):.1f},{tall - 4 - (value - low) / range_ * (tall - 12):.1f}" for at, value in values))
        for number, (_, values, _) in enumerate(stacked))
    axis = "".join(f'<text x="{left - 4}" y="{y}" text-anchor="end" fill="#8e8e8e" font-size="10">{shown(value, panel.unit)}</text>' for y, value in ((12, top), (tall - 4, low)))
    key = "".join(f'<div class="l" style="color:{COLOURS[number % len(COLOURS)]}">{html.escape(name)}: {shown(last, panel.unit)}</div>' for number, (name, _, last) in enumerate(stacked[:6]))
    return f'<svg width="{width}" height="{tall}">{axis}{drawn}</svg>{key}'


def rows(found):
    """A table of labels and last values."""
    dull = {"__name__", "job", "instance", "container", "namespace"}
    series = [(labels, values[-1][1]) for _, each in found for labels, values in each][:12]
    return "<table>" + "".join("<tr>" + "".join(f"<td>{html.escape(value)}</td>" for name, value in labels.items() if name not in dull)
                               + f"<td>{value:.4g}</td></tr>" for labels, value in series) + "</table>" if series else '<div class="e">nothing</div>'


def single(panel, found):
    series = [(labels, values[-1][1]) for _, each in found for labels, values in each]
    if not series:
        return '<div class="e">nothing: ' + html.escape(panel.asks[0].absent or "?") + "</div>"
    text = legend(panel.asks[0].legend, series[0][0]) if panel.named else shown(series[0][1], panel.unit)
    return f'<div class="n">{html.escape(text)}</div>'


def page(board, results):
    placed, parts, deepest = generate.as_json(board)["panels"], [], 0
    panels = {panel.title: panel for panel in board.panels()}
    for each in placed:
        grid = each["gridPos"]
        box = f'left:{grid["x"] * COLUMN}px;top:{grid["y"] * LINE}px;width:{grid["w"] * COLUMN - 6}px;height:{grid["h"] * LINE - 6}px'
        deepest = max(deepest, (grid["y"] + grid["h"]) * LINE)
        if each["type"] == "row":
            parts.append(f'<div class="r" style="{box}">{html.escape(each["title"])}</div>')
            continue
        panel = panels[each["title"]]
        found = [(ask, results[board.uid, panel.title, ask.expr]) for ask in panel.asks]
        inner = {"timeseries": lambda panel=panel, found=found, grid=grid: lines(panel, found, grid["w"] * COLUMN - 26, grid["h"] * LINE - 6),
                 "stat": lambda panel=panel, found=found: single(panel, found), "table": lambda found=found: rows(found)}[panel.kind]()
        parts.append(f'<div class="p" style="{box}" title="{html.escape(panel.text)}"><div class="t">{html.escape(panel.title)}</div>{inner}</div>')
    return f'<!doctype html><meta charset="utf-8"><title>{board.title}</title><style>{STYLE}</style><h1>{board.title}</h1><main style="height:{deepest}px">{"".join(parts)}</main>', deepest + 80


def draw(folder, results):
    folder.mkdir(parents=True, exist_ok=True)
    for board in generate.BOARDS:
        text, height = page(board, results)
        (folder / f"{generate.path_of(board).stem}.html").write_text(text, encoding="utf-8")
        (folder / f"{generate.path_of(board).stem}.height").write_text(str(height))
