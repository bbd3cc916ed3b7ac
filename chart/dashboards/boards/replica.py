"""One pod from its requests down to its GPU: where an alert's `pod` leads."""

from boards.panel import Ask, Board, Panel, Row, stat, table
from boards.query import ONE_REPLICA, gauge, happening, increase, observed, per_second, quantile, series
from boards.variables import OF_ONE_REPLICA

MODEL = ONE_REPLICA + ',model=~"$model"'
NO_CLUSTER, NO_GPU, NO_LIMIT = "needs streamgauge cluster", "needs a GPU of this container", "needs --max-concurrency"
NO_ENGINE, RARE = "needs an engine's page that tells it", "there once it happened"
SOME = "only while it happens"
TOKENS = "suffix: tok/s"


def quantiles(name, match, *shares, more=()):
    return tuple(Ask(quantile(share, name, match, more=more), f"p{share * 100:g}") for share in shares or (0.5, 0.9, 0.99))


WHAT = Row("What it is", (
    table("Program, engine, GPUs", "Versions and names. Two pods of one workload that differ here explain much.",
          (Ask(series("build_info", ONE_REPLICA)), Ask(series("engine_info", ONE_REPLICA), absent="needs --engine or a page of the engine's"),
           Ask(series("gpu_info", ONE_REPLICA), absent=NO_GPU)), width=12, height=6),
    stat("Pod", "Its status by the API server.", "none", f"max by (status) ({series('pod_status', ONE_REPLICA)})", NO_CLUSTER, "{{status}}", named=True,
         runbook="cluster.md#streamgaugecrashloop"),
    stat("In flight", "Requests whose answer is not yet whole.", "none", gauge("requests_in_flight", ONE_REPLICA)),
    stat("GPU answers", "1 while each GPU of this container answers; 0 also where there is none.", "none", f"min({series('gpu_up', ONE_REPLICA)})",
         steps=((None, "orange"), (1, "green")), runbook="gpu.md#streamgaugegpulost"),
))

REQUESTS = Row("Requests", (
    Panel("Finished by outcome", "Requests a second. caller: the client's doing, policy: our limits, upstream: the model server, proxy: our own fault.", "reqps",
          (Ask(happening("requests_total", MODEL, "outcome"), "{{outcome}}", SOME),), stack=True, runbook="requests.md"),
    Panel("In flight by phase", "Generating that stands while no token comes is a stuck stream.", "none",
          (Ask(gauge("requests_in_flight", ONE_REPLICA, "phase"), "{{phase}}"),), stack=True, runbook="requests.md#streamgaugestreamsstuck"),
    Panel("Longest wait", "Of the request in flight that has waited longest: for admission, its first token, its next one. A line that climbs and "
          "never falls is one stuck stream among many.", "s",
          (Ask(gauge("longest_wait_seconds", ONE_REPLICA, "phase"), "{{phase}}"),), runbook="requests.md#streamgaugestreamstuck"),
    Panel("Status and protocol", "Requests a second by what the client got. Errors inside a 200 are under 200 here: see the outcome.", "reqps",
          (Ask(happening("requests_total", MODEL, "protocol", "status"), "{{protocol}} {{status}}", SOME),), stack=True),
))

FIRST = Row("First tokens", (
    Panel("Time to the first token", "From the request's head, our queue included.", "s",
          tuple(Ask(quantile(share, "time_to_first_token_seconds", MODEL), f"p{share * 100:g}", exemplars=share == 0.99) for share in (0.5, 0.9, 0.99))),
    Panel("Before and behind it", "90th percentiles of head, first byte, first token and first token that is not reasoning. Far apart: the server "
          "answers early and thinks long.", "s",
          (Ask(quantile(0.9, "time_to_response_headers_seconds", MODEL, more=('stream="true"',)), "head"),
           Ask(quantile(0.9, "time_to_first_byte_seconds", MODEL, more=('stream="true"',)), "first byte"),
           Ask(quantile(0.9, "time_to_first_token_seconds", MODEL), "first token"),
           Ask(quantile(0.9, "time_to_first_answer_token_seconds", MODEL), "first answer token"))),
    Panel("Streams without a token", "Streams a second that ended before any token, by outcome. They are in no latency figure.", "reqps",
          (Ask(happening("no_first_token_total", MODEL, "outcome"), "{{outcome}}", SOME),), stack=True, runbook="requests.md#streamgaugereplicaneveranswers"),
))

STREAMS = Row("Streams", (
    Panel("Gaps between pieces", "As received from the server. p99 is what readers see as stutter.", "s", quantiles("inter_chunk_gap_seconds", MODEL)),
    Panel("Latency between tokens", "Gaps by the tokens that a piece carries, where that count is known.", "s", quantiles("inter_token_latency_seconds", MODEL)),
    Panel("Longest gap of a stream", "One figure a stream. Long ones with short p99 gaps: preemption or swapping in the engine.", "s",
          quantiles("longest_gap_seconds", MODEL)),
    Panel("Stalls", "Gaps a second above --stall-threshold, and how many streams stood still in them; counted at their end.", "none",
          (Ask(per_second("stream_stalls_total", MODEL), "stalls a second"), Ask(per_second("stream_stalled_seconds_total", MODEL), "streams standing still"))),
    Panel("Tokens", "Output tokens, and token events as they pass: the second moves while streams run.", TOKENS,
          (Ask(per_second("tokens_total", MODEL, more=('type="output"',)), "output"), Ask(per_second("tokens_total", MODEL, more=('type="input"',)), "input"),
           Ask(per_second("output_token_events_total", MODEL), "token events"))),
    Panel("Where counts come from", "Output tokens by source. events is one for each piece, where the dialect says so; usage is the server's own count.", TOKENS,
          (Ask(happening("tokens_total", MODEL, "source", more=('type="output"',)), "{{source}}", SOME),), stack=True),
))

GATE = Row("Gate", (
    Panel("Queue", "Waiting, and how many may. Near its capacity newcomers get 503.", "none",
          (Ask(gauge("queue_length", ONE_REPLICA), "waiting"), Ask(gauge("queue_capacity", ONE_REPLICA), "capacity"),
           Ask(gauge("concurrency_limit", ONE_REPLICA), "limit with the server", NO_LIMIT)), runbook="requests.md#streamgaugequeuesaturated"),
    Panel("How waiting ends", "Waits a second by their result: admitted, full, timeout, or cancelled by the client.", "reqps",
          (Ask(observed("queue_wait_seconds", ONE_REPLICA, "result"), "{{result}}"),), stack=True, runbook="requests.md#streamgaugequeuerefuses"),
    Panel("What an adaptive limit decides", "Decisions a second of --max-concurrency auto. Falls without a rise in traffic: the server became slower.", "ops",
          (Ask(per_second("concurrency_limit_decisions_total", ONE_REPLICA, "decision"), "{{decision}}"),), stack=True),
))

ENGINE = Row("Engine", (
    Panel("Waiting and running in it", "By its own page, or by us where it tells nothing.", "none",
          (Ask(gauge("engine_requests_waiting", ONE_REPLICA, "source"), "waiting ({{source}})"),
           Ask(gauge("engine_requests_running", ONE_REPLICA, "source"), "running ({{source}})"))),
    Panel("KV cache in use", "Near 1 the engine preempts, and streams stall.", "percentunit",
          (Ask(f"max({series('engine_kv_cache_usage_ratio', ONE_REPLICA)})", "in use", NO_ENGINE),), most=1, runbook="requests.md#streamgaugekvcachefull"),
    Panel("Looks at its page", "By result. Anything but ok: our figures of the engine are computed or absent.", "ops",
          (Ask(per_second("engine_scrapes_total", ONE_REPLICA, "result"), "{{result}}"),
           Ask(f"max({series('engine_page_age_seconds', ONE_REPLICA)})", "age of the last page, s", NO_ENGINE))),
))

PROXY = Row("The proxy itself", (
    Panel("What it adds, p99", "Towards the server, and back: the longest of each answer. Milliseconds mean that the container lacks processor.", "s",
          (Ask(quantile(0.99, "overhead_seconds", ONE_REPLICA, "direction"), "{{direction}}"),), runbook="proxy.md#streamgaugeproxyoverhead"),
    Panel("Event loop lag", "How late data threads ran. Above some milliseconds: processor quota, or a loop that stands still.", "s",
          quantiles("event_loop_lag_seconds", ONE_REPLICA), runbook="proxy.md#streamgaugeeventlooplag"),
    Panel("Memory in use", "Of heap and buffers. From --memory-guard on new requests are refused.", "percentunit",
          (Ask(f"max by (kind) ({series('memory_used_ratio', ONE_REPLICA)})", "{{kind}}"),), most=1, runbook="proxy.md#streamgaugeproxyerrors"),
    Panel("Connections", "Of clients, and to the server by state.", "none",
          (Ask(gauge("client_connections", ONE_REPLICA), "clients"), Ask(gauge("upstream_connections", ONE_REPLICA, "state"), "server, {{state}}"))),
    Panel("Connecting to the server", "90th percentile of the time it takes, and requests a second that were sent again on a fresh connection.", "none",
          (Ask(quantile(0.9, "upstream_connect_seconds", ONE_REPLICA), "connect, s"), Ask(per_second("upstream_retries_total", ONE_REPLICA, "reason"), "{{reason}}"))),
    Panel("Limits that were hit", "How often a second, by limit; docs/limits.md says what each one is.", "ops",
          (Ask(happening("limit_hits_total", ONE_REPLICA, "limit"), "{{limit}}", SOME),), stack=True, runbook="proxy.md#streamgaugeproxyerrors"),
    Panel("What could not be read", "Pieces and answers that were relayed but not understood: their tokens are in no figure.", "ops",
          (Ask(happening("parse_failures_total", MODEL, "dialect"), "pieces, {{dialect}}", SOME), Ask(happening("unparsed_total", MODEL, "reason"), "answers, {{reason}}", SOME))),
    Panel("Lost from logs and labels", "Access-log lines that were dropped, and requests under model=other for want of names.", "ops",
          (Ask(per_second("access_log_dropped_total", ONE_REPLICA), "lines"), Ask(per_second("label_overflow_total", ONE_REPLICA), "labels")),
          runbook="proxy.md#streamgaugeaccesslogdropped"),
    Panel("Clients that read slowly, TLS", "Streams that stood still because their client did not read, counted at their end; TLS handshakes a second that failed.", "none",
          (Ask(per_second("client_paused_seconds_total", MODEL), "paused streams"),
           Ask(per_second("tls_handshake_failures_total", ONE_REPLICA, "side"), "failed handshakes, {{side}}"))),
    Panel("Usage that is asked for", "Requests a second under --usage inject by what was done, and what became of the extra piece.", "reqps",
          (Ask(happening("usage_injections_total", ONE_REPLICA, "result"), "{{result}}", SOME), Ask(happening("usage_removals_total", ONE_REPLICA, "result"), "then {{result}}", SOME))),
    Panel("Loops that stood still, settings read anew", "How often, in each step. A loop that stood still has written its stack to standard error.", "none",
          (Ask(increase("event_loop_stuck_total", ONE_REPLICA), "stood still"), Ask(increase("config_reloads_total", ONE_REPLICA), "settings read anew")),
          runbook="proxy.md#streamgaugeeventlooplag"),
))

GPU = Row("GPU", (
    Panel("How busy", "Any kernel, multiprocessors, tensor cores, memory's bandwidth. Decoding is bound by the last one.", "percentunit",
          (Ask(series("gpu_utilization_ratio", ONE_REPLICA), "any kernel {{uuid}}", NO_GPU), Ask(series("gpu_sm_active_ratio", ONE_REPLICA), "multiprocessors {{uuid}}", "needs Hopper or later"),
           Ask(series("gpu_tensor_active_ratio", ONE_REPLICA), "tensor cores {{uuid}}", "needs Hopper or later"),
           Ask(series("gpu_dram_active_ratio", ONE_REPLICA), "bandwidth {{uuid}}", "needs Hopper or later"),
           Ask(series("gpu_memory_utilization_ratio", ONE_REPLICA), "memory traffic {{uuid}}", NO_GPU)), most=1),
    Panel("Memory", "In use and in all. Flat is normal: engines take it at their start.", "bytes",
          (Ask(series("gpu_memory_used_bytes", ONE_REPLICA), "used {{uuid}}", NO_GPU), Ask(series("gpu_memory_total_bytes", ONE_REPLICA), "total {{uuid}}", NO_GPU))),
    Panel("Power", "Drawn, and where clocks go down.", "watt",
          (Ask(series("gpu_power_watts", ONE_REPLICA), "drawn {{uuid}}", NO_GPU), Ask(series("gpu_power_limit_watts", ONE_REPLICA), "limit {{uuid}}", NO_GPU))),
    Panel("Temperature", "Of the GPU. See throttling for whether it matters.", "celsius", (Ask(series("gpu_temperature_celsius", ONE_REPLICA), "{{uuid}}", NO_GPU),)),
    Panel("Clocks", "As they are now. Lower under load than an hour ago: look at throttling.", "hertz",
          (Ask(series("gpu_clock_hertz", ONE_REPLICA), "{{domain}} {{uuid}}", NO_GPU),)),
    Panel("Throttled", "Share of time that clocks were held down, by reason. sw_power_cap under full load is normal; hw_* and *_thermal are not.", "percentunit",
          (Ask(f"avg_over_time({series('gpu_throttled', ONE_REPLICA)}[$__rate_interval]) > 0", "{{reason}} {{uuid}}", "only while a reason holds"),), most=1,
          runbook="gpu.md#streamgaugegputhrottled"),
    Panel("XID and memory errors", "Counted since the process began, and since the driver was loaded. Any uncorrectable one: see the runbook.", "none",
          (Ask(series("gpu_xid_errors_total", ONE_REPLICA), "XID {{xid}} {{uuid}}", RARE), Ask(series("gpu_ecc_errors_total", ONE_REPLICA), "ECC {{type}} {{uuid}}", NO_GPU)),
          runbook="gpu.md#streamgaugegpuxid"),
    Panel("PCIe and NVLink", "Bytes a second. NVLink without traffic on a model over several GPUs: they talk over PCIe.", "Bps",
          (Ask(per_second("gpu_pcie_bytes_total", ONE_REPLICA, "uuid", "direction"), "PCIe {{direction}} {{uuid}}", NO_GPU),
           Ask(per_second("gpu_nvlink_bytes_total", ONE_REPLICA, "uuid", "direction"), "NVLink {{direction}} {{uuid}}", "needs NVLink"))),
    Panel("The driver", "Age of the last sample, and calls a second that failed. Age that grows is a driver that hangs.", "none",
          (Ask(f"max({series('gpu_sample_age_seconds', ONE_REPLICA)})", "age, s", NO_GPU), Ask(per_second("gpu_errors_total", ONE_REPLICA, "code", ) + " > 0", "{{code}}", RARE)),
          runbook="gpu.md#streamgaugegpusamplesaged"),
    table("Figures that the card lacks", "0: the card or its driver does not have that figure, and its panels stay empty.",
          (Ask(f"{series('gpu_field_supported', ONE_REPLICA)} == 0", absent="every figure is there, or there is no GPU"),)),
))

BOARD = Board("streamgauge-replica", "streamgauge: one replica", "One pod, from its requests down to its GPU.", OF_ONE_REPLICA,
              (WHAT, REQUESTS, FIRST, STREAMS, GATE, ENGINE, PROXY, GPU))
