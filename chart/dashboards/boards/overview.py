"""Is everything well? One look at all replicas, from pods down to GPUs."""

from boards.panel import Ask, Board, Panel, Row, stat
from boards.query import MODEL, REPLICA, WORKLOAD, gauge, happening, mean, or_zero, per_second, quantile, quota_in_use, ratio, series, total
from boards.variables import OF_REPLICAS

OWN = 'operation!="other"'
NO_CLUSTER = "needs streamgauge cluster"
NO_GPU = "needs a GPU of this container"
NO_LIMIT = "needs --max-concurrency"
NO_ENGINE = "needs an engine's page that tells it"
TOKENS = "suffix: tok/s"
FAILED = 'outcome!~"ok|caller_.*"'

AT_A_GLANCE = Row("At a glance", (
    stat("Alerts firing", "Alerts of chart/rules that fire now. Any: open the annotation or Alertmanager, and its runbook.", "none",
         or_zero('count(ALERTS{alertname=~"Streamgauge.*",alertstate="firing"})'), steps=((None, "green"), (1, "red")), runbook="README.md"),
    stat("Replicas ready / wanted", "Replicas that serve, by those that the workloads ask for. Below 1 some are starting, waiting for a node, "
         "or crashing: see the dashboard Cluster.", "percentunit",
         ratio(gauge("replicas", WORKLOAD, more=('state="ready"',)), gauge("replicas", WORKLOAD, more=('state="desired"',))), NO_CLUSTER,
         steps=((None, "red"), (0.5, "orange"), (1, "green")), runbook="cluster.md#streamgaugereplicasmissing"),
    stat("Requests", "Finished requests a second, without health checks and lists of models.", "reqps", per_second("requests_total", MODEL, more=(OWN,))),
    stat("In flight", "Requests whose answer is not yet whole, those that wait in our queue among them.", "none", gauge("requests_in_flight", REPLICA)),
    stat("Failed", "Share of requests that failed on our side or the server's; callers' own errors and leaving are not in it. "
         "Above 1 %: see Errors by outcome, whose name says whom to ask.", "percentunit",
         or_zero(ratio(per_second("requests_total", MODEL, more=(OWN, FAILED)), per_second("requests_total", MODEL, more=(OWN,)))),
         steps=((None, "green"), (0.01, "orange"), (0.05, "red")), runbook="requests.md"),
    stat("First token, p90", "Nine of ten streams had their first token within this time. Higher than you promise: see Why is it slow.", "s",
         quantile(0.9, "time_to_first_token_seconds", MODEL)),
))

TRAFFIC = Row("Traffic", (
    Panel("Requests by model", "Finished requests a second. A model that is missing here gets no traffic, or its answers bear another name.", "reqps",
          (Ask(per_second("requests_total", MODEL, "model", more=(OWN,)), "{{model}}"),)),
    Panel("In flight by phase", "What unfinished requests are in: queued with us, prefill (no token yet), generating, or a body of another kind. "
          "Much prefill and little generating: the server is late with first tokens.", "none",
          (Ask(gauge("requests_in_flight", REPLICA, "phase"), "{{phase}}"),), stack=True),
    Panel("Errors by outcome", "Requests a second that did not end well. The part before the first _ says whom to ask: caller, policy (our limits), "
          "upstream (the model server), proxy.", "reqps",
          (Ask(happening("requests_total", MODEL, "outcome", more=('outcome!="ok"',)), "{{outcome}}", "only while some end so"),), stack=True, runbook="requests.md"),
))

LATENCY = Row("Latency", (
    Panel("Time to the first token", "From the request's head to its first token, our queue included. Exemplars lead to single requests by "
          "request_id and trace_id. Rising: Why is it slow says in which part.", "s",
          tuple(Ask(quantile(share, "time_to_first_token_seconds", MODEL), f"p{share * 100:g}", exemplars=share == 0.99) for share in (0.5, 0.9, 0.99)),
          runbook="slo.md#streamgaugesloburn"),
    Panel("Total generation time", "From the request's head to the last byte, of streams. It grows with the length of answers: compare with tokens "
          "for each answer before you blame the server.", "s",
          tuple(Ask(quantile(share, "request_duration_seconds", MODEL, more=('stream="true"', OWN)), f"p{share * 100:g}") for share in (0.5, 0.9, 0.99))),
    Panel("Time for each output token", "First to last token by the tokens in between, a request at a time. Rising with load is a fuller batch; "
          "rising alone is a slower GPU or preemption.", "s",
          tuple(Ask(quantile(share, "time_per_output_token_seconds", MODEL), f"p{share * 100:g}") for share in (0.5, 0.9, 0.99)),
          runbook="slo.md#streamgaugesloburn"),
    Panel("Whole answers", "Duration of answers that are not streamed: nobody sees a first token there.", "s",
          tuple(Ask(quantile(share, "request_duration_seconds", MODEL, more=('stream="false"', OWN)), f"p{share * 100:g}") for share in (0.5, 0.9, 0.99))),
    Panel("Speed of a stream", "Output tokens a second that one reader sees. People read at about ten.", TOKENS,
          tuple(Ask(quantile(share, "output_tokens_per_second", MODEL), f"p{share * 100:g}") for share in (0.1, 0.5))),
    Panel("First token by replica, p90", "One line that is far above the others is one bad replica: its GPU, its node, or an uneven load. "
          "Click it for that replica.", "s",
          (Ask(quantile(0.9, "time_to_first_token_seconds", MODEL, "namespace", "pod"), "{{pod}}", exemplars=True),), to_replica=True),
))

TOKEN_ROW = Row("Tokens", (
    Panel("Output tokens by model", "Tokens that the models made, counted at the end of each answer by the best source there is.", TOKENS,
          (Ask(per_second("tokens_total", MODEL, "model", more=('type="output"',)), "{{model}}"),), stack=True),
    Panel("Input tokens by model", "Tokens of prompts. A jump here is the commonest cause of a slower first token.", TOKENS,
          (Ask(per_second("tokens_total", MODEL, "model", more=('type="input"',)), "{{model}}"),), stack=True),
    Panel("Tokens of a request", "Means of prompt and answer. They move latency more than anything else.", "none",
          (Ask(mean("request_input_tokens", MODEL), "input"), Ask(mean("request_output_tokens", MODEL), "output"))),
))

QUEUE = Row("Queue and limits", (
    Panel("Wait in our queue", "Time until admitted, of those who were. 0 without --max-concurrency.", "s",
          tuple(Ask(quantile(share, "queue_wait_seconds", REPLICA, more=('result="admitted"',)), f"p{share * 100:g}") for share in (0.5, 0.9, 0.99)),
          runbook="requests.md#streamgaugequeuesaturated"),
    Panel("Waiting, running, limit", "Requests in our queue and in the engine's, and the limit of those with the server. Waiting that stays above "
          "0 means too few replicas.", "none",
          (Ask(gauge("queue_length", REPLICA), "in our queue"), Ask(gauge("engine_requests_waiting", REPLICA, more=('source="engine"',)), "in the engine's queue", NO_ENGINE),
           Ask(gauge("engine_requests_running", REPLICA), "running"), Ask(gauge("concurrency_limit", REPLICA), "limit", NO_LIMIT)),
          runbook="requests.md#streamgaugequeuesaturated"),
    Panel("Saturation by replica", "In flight and queued by the limit: above 1 requests wait. All above 1: add replicas. One: look at what spreads load.",
          "percentunit", (Ask(series("saturation_ratio", REPLICA), "{{pod}}", NO_LIMIT),), to_replica=True, runbook="requests.md#streamgaugequeuesaturated"),
))

PODS = Row("Pods, replicas and quotas", (
    Panel("Pods by status", "What the pods of model servers are at. Running is started and not yet ready: the model loads.", "none",
          (Ask(total(series("pod_status", WORKLOAD), "status"), "{{status}}", NO_CLUSTER),), stack=True, runbook="cluster.md#streamgaugecrashloop"),
    Panel("Replicas", "Wanted, ready, and the bounds of autoscalers. Wanted at the upper bound: the autoscaler can do no more.", "none",
          (Ask(gauge("replicas", WORKLOAD, "state", more=('state=~"desired|ready"',)), "{{state}}", NO_CLUSTER),
           Ask(gauge("replicas_bound", WORKLOAD, "bound"), "{{bound}} of autoscalers", "needs an autoscaler")), runbook="cluster.md#streamgaugereplicasmissing"),
    Panel("Quotas in use", "Used by allowed. At 1 no further pod is made.", "percentunit",
          (Ask(quota_in_use(), "{{namespace}} {{quota}} {{resource}}", "needs a ResourceQuota"),), runbook="cluster.md#streamgaugequotaexhausted"),
    Panel("GPUs and cores that pods ask for", "Requests and limits of all pods of model servers together. GPUs that are asked for and not busy cost the most.", "none",
          (Ask(gauge("container_resources", WORKLOAD, "resource", "kind", more=('resource!~"memory|.*storage.*"',)), "{{resource}} {{kind}}", NO_CLUSTER),), width=12),
    Panel("Memory that pods ask for", "Requests and limits. A container above its limit ends as OOMKilled.", "bytes",
          (Ask(gauge("container_resources", WORKLOAD, "kind", more=('resource="memory"',)), "{{kind}}", NO_CLUSTER),), width=12),
))

GPU = Row("GPU", (
    Panel("GPUs busy", "Share of time in which any kernel ran, and, on Hopper and later, of multiprocessors that were busy. The first is 1 with a single "
          "request: use it to find idle GPUs, not to size.", "percentunit",
          (Ask(f"avg({series('gpu_utilization_ratio', REPLICA)})", "any kernel ran", NO_GPU),
           Ask(f"avg({series('gpu_sm_active_ratio', REPLICA)})", "multiprocessors busy", "needs Hopper or later")), most=1),
    Panel("GPU memory and KV cache", "Memory in use by what there is, and how full the engines' KV caches are. Engines take memory at their start: "
          "the cache is the figure that moves.", "percentunit",
          (Ask(ratio(gauge("gpu_memory_used_bytes", REPLICA), gauge("gpu_memory_total_bytes", REPLICA)), "memory", NO_GPU),
           Ask(f"max({series('engine_kv_cache_usage_ratio', REPLICA)})", "fullest KV cache", NO_ENGINE)), most=1, runbook="requests.md#streamgaugekvcachefull"),
    Panel("GPUs that answer", "Replicas whose GPUs all answer, and those whose do not. A replica without a GPU of its own is among the latter.", "none",
          (Ask(total(series("gpu_up", REPLICA) + " == bool 1"), "answer"), Ask(total(series("gpu_up", REPLICA) + " == bool 0"), "do not")),
          runbook="gpu.md#streamgaugegpulost"),
))

BOARD = Board("streamgauge-overview", "streamgauge: overview", "All replicas at one look: traffic, latency, tokens, queue, pods, GPUs.", OF_REPLICAS,
              (AT_A_GLANCE, TRAFFIC, LATENCY, TOKEN_ROW, QUEUE, PODS, GPU))
