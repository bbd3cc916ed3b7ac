"""PromQL as the dashboards ask it. Replicas are added up before a quantile is taken; native histograms are asked first, and
classic buckets where Prometheus did not take native ones."""

RATE = "$__rate_interval"
# The target's labels, as the chart's monitors and compose/prometheus.yml set them. Sidecars know no workload; their pods'
# names begin with it.
REPLICA = 'namespace=~"$namespace",pod=~"$workload.*",pod=~"$pod"'
ONE_REPLICA = 'namespace=~"$namespace",pod=~"$pod"'
MODEL = REPLICA + ',model=~"$model"'
WORKLOAD = 'namespace=~"$namespace",workload=~"$workload"'
NAMESPACE = 'namespace=~"$namespace"'
EVERYWHERE = ""


def series(name, match, *more):
    """A selector of one of our families."""
    matchers = ",".join(each for each in (match, *more) if each)
    return f"streamgauge_{name}" + (f"{{{matchers}}}" if matchers else "")


def total(expr, *labels):
    return f"sum by ({', '.join(labels)}) ({expr})" if labels else f"sum({expr})"


def highest(expr, *labels):
    return f"max by ({', '.join(labels)}) ({expr})" if labels else f"max({expr})"


def gauge(name, match, *labels, more=()):
    return total(series(name, match, *more), *labels)


def per_second(name, match, *labels, more=(), window=RATE):
    return total(f"rate({series(name, match, *more)}[{window}])", *labels)


def happening(name, match, *labels, more=()):
    """Per second, and only what happens: of many labels that are mostly 0."""
    return per_second(name, match, *labels, more=more) + " > 0"


def increase(name, match, *labels, more=(), window=RATE):
    return total(f"increase({series(name, match, *more)}[{window}])", *labels)


def _rate(selector, window, fresh):
    """Of a counter that is there only since its first event (`fresh`), its first value is a rise, too: PromQL knows of none."""
    return f"({selector} unless {selector} offset {window} or increase({selector}[{window}]))" if fresh else f"rate({selector}[{window}])"


def happened(name, match, *labels, more=(), window="1h"):
    """How often, of a counter that appears with its first event."""
    return total(_rate(series(name, match, *more), window, True), *labels)


def quantile(share, name, match, *labels, more=(), window=RATE, fresh=False):
    native = total(_rate(series(name, match, *more), window, fresh), *labels)
    classic = total(_rate(series(name + "_bucket", match, *more), window, fresh), "le", *labels)
    return f"histogram_quantile({share}, {native}) or histogram_quantile({share}, {classic})"


def mean(name, match, *labels, more=(), window=RATE, fresh=False):
    native = total(_rate(series(name, match, *more), window, fresh), *labels)
    sums, counts = (total(_rate(series(name + end, match, *more), window, fresh), *labels) for end in ("_sum", "_count"))
    return f"(histogram_sum({native}) / histogram_count({native})) or ({sums} / {counts})"


def observed(name, match, *labels, more=(), window=RATE):
    """Observations a second."""
    native = total(f"rate({series(name, match, *more)}[{window}])", *labels)
    classic = total(f"rate({series(name + '_count', match, *more)}[{window}])", *labels)
    return f"histogram_count({native}) or {classic}"


def ratio(part, whole):
    return f"{part} / {whole}"


def or_zero(expr):
    """For a single figure that is 0 where nothing was counted."""
    return f"({expr}) or vector(0)"


def quota_in_use():
    used, hard = (gauge("quota", NAMESPACE, "namespace", "quota", "resource", more=(f'kind="{kind}"',)) for kind in ("used", "hard"))
    return f"{used} / ({hard} > 0)"
