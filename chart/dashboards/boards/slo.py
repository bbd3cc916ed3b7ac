"""Are the targets met, for how much longer, and what does a token cost?"""

from boards.panel import Ask, Board, Panel, Row, stat
from boards.query import MODEL, REPLICA, gauge, or_zero, per_second, quantile, ratio, series
from boards.variables import OF_COST

NO_SLO, NO_GPU, NO_RULES = "needs --slo", "needs a GPU that counts energy", "needs chart/rules/slo.rules.yaml and --slo"
JUDGED = 'slo!=""'
RECORDED = '{namespace=~"$namespace",model=~"$model"}'
BURN = "namespace_model_slo:streamgauge_slo_budget:burn_rate"
SPENT, IDLE, OUTPUT, MET = 'model!="idle"', 'model="idle"', 'type="output"', 'met="true"'
# joules in a kWh, by a million tokens
MILLION_BY_KWH = 1e6 / 3.6e6
WINDOWS = (("1h", 14.4), ("6h", 6), ("1d", 3), ("3d", 1))


def judged(*labels, more=(), window="$__rate_interval"):
    return per_second("slo_requests_total", MODEL, *labels, more=(JUDGED, *more), window=window)


def joules_by_token(window="$__rate_interval"):
    energy = f"sum(rate({series('energy_joules_total', MODEL, SPENT)}[{window}]))"
    return f"{energy} / {per_second('tokens_total', MODEL, more=(OUTPUT,), window=window)}"


GPUS = f"count({series('gpu_utilization_ratio', REPLICA)})"

TARGETS = Row("Are targets met?", (
    stat("Met", "Share of judged requests in the range that met their target, over all targets that are chosen by model.", "percentunit",
         ratio(judged(more=(MET,), window="$__range"), judged(window="$__range")), NO_SLO, decimals=2,
         steps=((None, "red"), (0.99, "green")), runbook="slo.md#streamgaugesloburn"),
    stat("Goodput", "Requests a second that met their target; of several targets each counts a request.", "reqps", judged(more=(MET,)), NO_SLO),
    stat("Burn rate, 1 h", "The fastest. Above 1 the budget will not last, above 14.4 somebody is paged.", "none", f"max({BURN}1h{RECORDED})", NO_RULES, decimals=1,
         steps=((None, "green"), (1, "orange"), (14.4, "red")), runbook="slo.md#streamgaugesloburn"),
    stat("Burn rate, 3 d", "What is left of the month's budget goes at this speed.", "none", f"max({BURN}3d{RECORDED})", NO_RULES, decimals=1,
         steps=((None, "green"), (1, "orange")), runbook="slo.md#streamgaugesloburn"),
    stat("Joules for each token", "Energy of GPUs that requests used, by output tokens. An estimate: see docs/gpu.md.", "joule", joules_by_token(), NO_GPU, decimals=2),
    stat("GPUs' energy for nothing", "Share of energy that was spent while no request was there. High: fewer replicas would do.", "percentunit",
         ratio(f"sum(rate({series('energy_joules_total', REPLICA, IDLE)}[$__range]))",
               f"sum(rate({series('energy_joules_total', REPLICA)}[$__range]))"), NO_GPU),
    Panel("Goodput by target", "Requests a second that met it, beside all that were judged. The distance is what users suffer.", "reqps",
          (Ask(judged("model", "slo", more=(MET,)), "{{model}} {{slo}} met", NO_SLO), Ask(judged("model", "slo"), "{{model}} {{slo}} judged", NO_SLO))),
    Panel("Share that was met", "By model and target.", "percentunit",
          (Ask(f"{judged('model', 'slo', more=(MET,))} / {judged('model', 'slo')}", "{{model}} {{slo}}", NO_SLO),), most=1,
          runbook="slo.md#streamgaugesloburn"),
    Panel("What broke it", "Missed requests a second by the figure that broke the target first. ttft, tpot: Why is it slow. error: Errors by outcome.", "reqps",
          (Ask(judged("violated", more=('met="false"',)), "{{violated}}", "there once a target was missed"),), stack=True, runbook="slo.md#streamgaugesloburn"),
))

BUDGET = Row("How long will the budget last?", tuple(
    Panel(f"Burn rate over {window}", f"Times as fast as the budget allows. The alert fires above {limit:g} here and over the short window beside it.", "none",
          (Ask(f"{BURN}{window}{RECORDED}", "{{model}} {{slo}}", NO_RULES),), width=6, runbook="slo.md#streamgaugesloburn") for window, limit in WINDOWS))

FIGURES = Row("The figures behind targets", (
    Panel("First token by model, p90", "What a target of ttft is about.", "s", (Ask(quantile(0.9, "time_to_first_token_seconds", MODEL, "model"), "{{model}}", exemplars=True),), width=12),
    Panel("Each output token by model, p90", "What a target of tpot is about.", "s", (Ask(quantile(0.9, "time_per_output_token_seconds", MODEL, "model"), "{{model}}"),), width=12),
))

COST = Row("What does it cost?", (
    Panel("Energy by model", "Power of GPUs by the model that it was spent on; idle is spent on none.", "watt",
          (Ask(per_second("energy_joules_total", 'namespace=~"$namespace",pod=~"$workload.*",pod=~"$pod",model=~"$model|idle|other"', "model"), "{{model}}", NO_GPU),), stack=True),
    Panel("Joules for each output token", "Over all requests, and of single ones: p50 and p90. It falls with fuller batches.", "joule",
          (Ask(joules_by_token(), "all", NO_GPU), *(Ask(quantile(share, "energy_joules_per_output_token", MODEL), f"p{share * 100:g} of requests", NO_GPU) for share in (0.5, 0.9)))),
    Panel("Power price of a million output tokens", "Joules for each token at the price of a kWh that is set above, GPUs alone.", "short",
          (Ask(f"{joules_by_token()} * {MILLION_BY_KWH:.6f} * $kwh_price", "energy", NO_GPU),), decimals=3),
    Panel("GPU price of a million output tokens", "GPUs at the price of an hour that is set above, by output tokens, idle time included. Mostly ten to a hundred times the energy.", "short",
          (Ask(f"{GPUS} * $gpu_hour_price / 3600 / {per_second('tokens_total', MODEL, more=(OUTPUT,))} * 1e6", "GPUs", NO_GPU),), decimals=2),
    Panel("Output tokens for each GPU", "A second. Compare models, engines and settings by it.", "suffix: tok/s",
          (Ask(f"{per_second('tokens_total', MODEL, more=(OUTPUT,))} / {GPUS}", "tokens for each GPU", NO_GPU),)),
    Panel("Goodput for each GPU", "Requests a second that met their target, for each GPU: what capacity is worth. Of several targets each counts a request.", "reqps",
          (Ask(f"{judged(more=(MET,))} / {GPUS}", "goodput for each GPU", "needs --slo and a GPU"),)),
))

BOARD = Board("streamgauge-slo", "streamgauge: SLO and cost", "Goodput, burn rates, and what a token costs in joules and money.", OF_COST, (TARGETS, BUDGET, FIGURES, COST))
