"""Why is it slow? From the figure that users feel to the part that it is spent in: our gate, the engine, the GPU, the load."""

from boards.panel import Ask, Board, Panel, Row
from boards.query import MODEL, REPLICA, gauge, mean, per_second, quantile, ratio, series
from boards.variables import OF_REPLICAS

NO_GPU, NO_LIMIT, NO_ENGINE = "needs a GPU of this container", "needs --max-concurrency", "needs an engine that tells it"
TELLS = "needs an engine whose answers tell it"
OWN = 'operation!="other"'


def slowest(name, share=0.9):
    return f"topk(5, {quantile_by_pod(name, share)})"


def quantile_by_pod(name, share):
    return quantile(share, name, MODEL, "namespace", "pod")


PHASES = Row("1. Which part of the first token's time?", (
    Panel("Where the first token's time goes, mean", "The parts add up to the mean time to the first token. queue: our gate. connect, headers: the server's "
          "frontend. engine_queue: full batch. prefill: the prompt. rest: what nobody told of.", "s",
          (Ask(mean("ttft_phase_seconds", MODEL, "phase"), "{{phase}}"),), width=12, height=9, stack=True),
    Panel("The parts, p90", "A part whose p90 is far above its mean hits some requests only: look at the slowest replicas, and at long prompts.", "s",
          (Ask(quantile(0.9, "ttft_phase_seconds", MODEL, "phase"), "{{phase}}"),), width=12, height=9),
    Panel("Slowest replicas: first token, p90", "Five at most. One that stands out is its own cause; all alike is load. Click it for that replica.", "s",
          (Ask(slowest("time_to_first_token_seconds"), "{{pod}}", exemplars=True),), to_replica=True),
    Panel("Slowest replicas: each output token, p90", "The same of tokens behind the first.", "s",
          (Ask(slowest("time_per_output_token_seconds"), "{{pod}}"),), to_replica=True),
    Panel("First token by operation, p90", "Chat with tools or long histories is slower than completions; a new client shows here.", "s",
          (Ask(quantile(0.9, "time_to_first_token_seconds", MODEL, "operation"), "{{operation}}", exemplars=True),)),
))

LOAD = Row("2. Is it the load?", (
    Panel("Requests and those in flight", "Much more in flight for the same rate: each takes longer. More of both: more traffic.", "none",
          (Ask(per_second("requests_total", MODEL, more=(OWN,)), "finished a second"), Ask(gauge("requests_in_flight", REPLICA), "in flight"))),
    Panel("Prompts", "Input tokens, p50 and p99. Prefill's time grows with them.", "none",
          tuple(Ask(quantile(share, "request_input_tokens", MODEL), f"p{share * 100:g}") for share in (0.5, 0.99))),
    Panel("Prompts from the cache", "Share of input tokens that the engine had cached. When it falls, prefill grows: routing without affinity, or a restart.", "percentunit",
          (Ask(ratio(per_second("tokens_total", MODEL, more=('type="cached_input"',)), per_second("tokens_total", MODEL, more=('type="input"',))), "cached"),), most=1),
    Panel("Answers", "Output tokens, p50 and p99. Longer answers keep places in the batch for longer.", "none",
          tuple(Ask(quantile(share, "request_output_tokens", MODEL), f"p{share * 100:g}") for share in (0.5, 0.99))),
    Panel("Reasoning", "Share of output tokens that are reasoning, and first answer token, p90: what readers wait for.", "none",
          (Ask(ratio(per_second("tokens_total", MODEL, more=('type="reasoning_output"',)), per_second("tokens_total", MODEL, more=('type="output"',))), "share of reasoning"),
           Ask(quantile(0.9, "time_to_first_answer_token_seconds", MODEL), "first answer token, s"))),
    Panel("Output tokens a second", "Flat while requests grow: the engine is at its limit.", "suffix: tok/s",
          (Ask(per_second("tokens_total", MODEL, more=('type="output"',)), "output"),)),
))

GATE = Row("3. Is it our gate?", (
    Panel("Wait until admitted", "p50, p90 and p99 of those who were. Long waits with a GPU that has room: the limit is too low.", "s",
          tuple(Ask(quantile(share, "queue_wait_seconds", REPLICA, more=('result="admitted"',)), f"p{share * 100:g}") for share in (0.5, 0.9, 0.99)),
          runbook="requests.md#streamgaugequeuesaturated"),
    Panel("Queue and limit", "Requests wait because the limit is reached. A limit that auto has lowered says that the server became slower.", "none",
          (Ask(gauge("queue_length", REPLICA), "waiting"), Ask(gauge("concurrency_limit", REPLICA), "limit", NO_LIMIT)),
          runbook="requests.md#streamgaugequeuesaturated"),
    Panel("What an adaptive limit goes by", "Time to the first token while nobody waits (least), and in the last window. They drift apart when the server is too full.", "s",
          (Ask(f"avg by (window) ({series('concurrency_limit_ttft_seconds', REPLICA)})", "{{window}}", "needs --max-concurrency auto"),)),
))

ENGINE = Row("4. Is it the engine?", (
    Panel("Waiting in the engine", "By replica, by its own page. Above 0 for minutes: its batch is full.", "none",
          (Ask(gauge("engine_requests_waiting", REPLICA, "namespace", "pod", more=('source="engine"',)), "{{pod}}", NO_ENGINE),), to_replica=True),
    Panel("KV cache in use", "By replica. Near 1 the engine preempts requests, and gaps grow.", "percentunit",
          (Ask(f"max by (namespace, pod) ({series('engine_kv_cache_usage_ratio', REPLICA)})", "{{pod}}", NO_ENGINE),), most=1, to_replica=True,
          runbook="requests.md#streamgaugekvcachefull"),
    Panel("What the engine says of its requests, p90", "Its own queue, prefill, decoding and loading of the model, where its answers tell.", "s",
          (Ask(quantile(0.9, "engine_queue_seconds", REPLICA), "queue", TELLS), Ask(quantile(0.9, "engine_prefill_seconds", REPLICA), "prefill", TELLS),
           Ask(quantile(0.9, "engine_decode_seconds", REPLICA), "decode", TELLS), Ask(quantile(0.9, "engine_load_seconds", REPLICA), "load", TELLS))),
    Panel("Frontend's tax, p90", "First token less what the engine says of it: network, the server's own frontend, tokenizing, this proxy.", "s",
          (Ask(quantile(0.9, "frontend_tax_seconds", MODEL), "tax", TELLS),)),
    Panel("Gaps and stalls", "p99 of gaps between pieces, and streams that stood still for longer than --stall-threshold, counted at their end.", "none",
          (Ask(quantile(0.99, "inter_chunk_gap_seconds", MODEL), "gap p99, s"), Ask(per_second("stream_stalled_seconds_total", MODEL), "streams standing still")),
          runbook="requests.md#streamgaugestreamsstuck"),
    Panel("Since LoRA adapters changed", "By those that run and wait. Seconds, again and again: adapters crowd each other out.", "s",
          (Ask(f"time() - max by (running_lora_adapters, waiting_lora_adapters) ({series('engine_lora_requests_timestamp_seconds', REPLICA)})",
               "run {{running_lora_adapters}}, wait {{waiting_lora_adapters}}", "needs vLLM with adapters"),)),
))

GPU = Row("5. Is it the GPU?", (
    Panel("Held down", "Share of time by reason, of all GPUs. hw_* and *_thermal: cooling or supply of the machine.", "percentunit",
          (Ask(f"avg by (reason) (avg_over_time({series('gpu_throttled', REPLICA)}[$__rate_interval]))", "{{reason}}", NO_GPU),), most=1,
          runbook="gpu.md#streamgaugegputhrottled"),
    Panel("Clocks of multiprocessors", "By replica. A line below the others is a GPU that is held down.", "hertz",
          (Ask("min by (namespace, pod) (" + series("gpu_clock_hertz", REPLICA, 'domain=~"sm|graphics"') + ")", "{{pod}}", NO_GPU),), to_replica=True),
    Panel("Bandwidth and tensor cores", "Means. Bandwidth near 1: decoding is at the card's limit. Both low with requests waiting: the engine starves it.", "percentunit",
          (Ask(f"avg({series('gpu_dram_active_ratio', REPLICA)})", "bandwidth", "needs Hopper or later"),
           Ask(f"avg({series('gpu_tensor_active_ratio', REPLICA)})", "tensor cores", "needs Hopper or later"),
           Ask(f"avg({series('gpu_utilization_ratio', REPLICA)})", "any kernel", NO_GPU)), most=1),
    Panel("Power by its limit", "At 1 clocks go down. That is normal at full load, and a cause when it comes with slower tokens.", "percentunit",
          (Ask(f"max by (namespace, pod) ({series('gpu_power_watts', REPLICA)} / {series('gpu_power_limit_watts', REPLICA)})", "{{pod}}", NO_GPU),), to_replica=True),
    Panel("Temperature", "The hottest GPU of each replica.", "celsius",
          (Ask(f"max by (namespace, pod) ({series('gpu_temperature_celsius', REPLICA)})", "{{pod}}", NO_GPU),), to_replica=True),
    Panel("Tokens a second by watt", "Output tokens by the power that is drawn. It falls when GPUs run hot, or with small batches.", "suffix: tok/s/W",
          (Ask(ratio(per_second("tokens_total", REPLICA, more=('type="output"',)), gauge("gpu_power_watts", REPLICA)), "tokens by watt", NO_GPU),)),
))

OURS = Row("6. Is it us, or the client?", (
    Panel("What the proxy adds, p99", "Towards the server, and back. Microseconds are normal.", "s",
          (Ask(quantile(0.99, "overhead_seconds", MODEL, "direction"), "{{direction}}"),), runbook="proxy.md#streamgaugeproxyoverhead"),
    Panel("Event loop lag, p99", "By replica. Milliseconds: its container lacks processor.", "s",
          (Ask(quantile(0.99, "event_loop_lag_seconds", REPLICA, "namespace", "pod"), "{{pod}}"),), to_replica=True, runbook="proxy.md#streamgaugeeventlooplag"),
    Panel("Clients that read slowly", "Streams that stood still because their client did not read, counted at their end. They look slow to users and are not the server's fault.", "none",
          (Ask(per_second("client_paused_seconds_total", MODEL), "paused streams"),)),
))

BOARD = Board("streamgauge-slow", "streamgauge: why is it slow", "From what users feel to the part that it is spent in. Read from the top; stop at the first row that says yes.",
              OF_REPLICAS, (PHASES, LOAD, GATE, ENGINE, GPU, OURS))
