package dev.streamgauge.cli.simulate;

import dev.streamgauge.cli.Command;
import dev.streamgauge.cli.Main;
import dev.streamgauge.cli.SettingsReport;
import dev.streamgauge.config.Environment;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.Problem;
import dev.streamgauge.config.Reading;
import dev.streamgauge.proxy.CannotListen;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code streamgauge simulate}: a model server without a model, until a signal ends it. */
public final class SimulateCommand implements Command {
  private final Environment environment;
  private final CountDownLatch stopped = new CountDownLatch(1);

  public SimulateCommand(Environment environment) {
    this.environment = environment;
  }

  @Override
  public String name() {
    return "simulate";
  }

  @Override
  public String summary() {
    return "a model server without a model: set timing, faults on demand";
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    Reading reading = SimulateOptions.ALL.read(args, environment);
    if (reading.helpAsked()) {
      return help(out);
    }
    if (!reading.problems().isEmpty()) {
      return SettingsReport.print(reading.problems(), err);
    }
    if (!SimulateOptions.sharesFit(reading)) {
      return SettingsReport.print(
          List.of(
              new Problem(
                  SimulateOptions.FAULT.commandLineName(),
                  "above 1",
                  "as a sum",
                  SimulateOptions.FAULT.type().allowed())),
          err);
    }
    return serve(reading, err);
  }

  private static int help(PrintStream out) {
    out.print("Usage: streamgauge simulate [OPTION...]\n\nOptions:\n");
    out.print(SimulateOptions.ALL.help());
    out.print(
        """

        Each option may also be set in the environment (--idle-timeout as STREAMGAUGE_IDLE_TIMEOUT)
        and in the YAML file of --config (as idleTimeout). The command line wins, then the environment.

        Paths that answer as the style has it: /v1/chat/completions, /v1/completions, /v1/responses,
        /v1/messages (Anthropic's), /v1/embeddings. As their own servers have them, whatever the style:
          vLLM       /inference/v1/generate, /cohere/v2/chat (Cohere's)
          llama.cpp  /completion
          Ollama     /api/chat, /api/generate, /api/embed
          SGLang     /generate
          TGI        /generate_stream, / and, where the prompt is in "inputs", /generate
          Triton     /v2/models/NAME[/versions/N]/generate and generate_stream
        And /v1/models, /health, /simulate/stats with what it has done so far, as JSON.

        With --grpc-listen the calls vllm.grpc.engine.VllmEngine/Generate,
        sglang.grpc.scheduler.SglangScheduler/Generate, trtllm.TrtllmService/Generate and, of
        inference.GRPCInferenceService, ModelStreamInfer (Triton's: several requests on one call),
        ModelInfer, ServerLive and ServerReady. Of a request these count: whether it streams, n,
        max_tokens, ignore_eos, return_perf_metrics; of an inference model, id,
        triton_enable_empty_final_response and a parameter "simulate", which wishes as the metadata
        x-simulate does. There error_in_stream, http_500, http_429 and early_413 are statuses (13, 13,
        8, 8), or an error_message of ModelStreamInfer; status=N is an HTTP status; truncate resets
        the stream, bad_framing ends it with garbage and without trailers, cut and reset end the
        connection.

        Of a request's body these count: model, stream, stream_options (include_usage,
        continuous_usage_stats), max_tokens, max_completion_tokens, max_output_tokens or n_predict,
        ignore_eos, n (1 to 128 answers to each prompt), logprobs, return_token_ids (style vllm),
        return_progress (style llamacpp), of completions how many prompts there are (at most 128): the
        choices of the second come behind those of the first; options.num_predict (Ollama's),
        sampling_params and parameters (max_new_tokens, max_tokens, n, ignore_eos, details: SGLang's,
        vLLM's, TGI's), output_mode (vLLM's). A body that is no JSON object, and a stream, prompt,
        max_tokens or n of a wrong type, gets a 400 in the dialect's words; no body at all is let pass.

        One request can wish for something else, by a header or by the same text in the query, as
        ?simulate=ttft=2s;tokens=5 :
          x-simulate: fault=KIND;after=N;stall=2s;ttft=D;itl=D;tokens=N;tokens_per_chunk=K;
                      reasoning=N;tools;comments=1s;opening=D;incremental;framing=close;status=503
        after=N: how many events with tokens come before the fault. stall: how long stall and
        slow_headers take. opening=D: when the events before the first token come (a role, a
        message_start), else with it. framing=close: the body ends with the connection.
        fault=none: none here.

        Kinds of faults:
        """);
    for (Fault fault : Fault.values()) {
      String padding = " ".repeat(17 - fault.label().length());
      out.print("  " + fault.label() + padding + fault.doc() + "\n");
    }
    return Main.OK;
  }

  private int serve(Reading reading, PrintStream err) {
    SimulatorSettings settings = SimulateOptions.settings(reading);
    Simulator simulator = new Simulator(settings);
    InetSocketAddress address;
    try {
      address = simulator.start();
    } catch (CannotListen e) {
      return SettingsReport.print(e, e.option(), reading.source(e.option()), err);
    } catch (IOException e) {
      err.println("streamgauge: " + e.getMessage());
      return Main.WRONG_USE;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  simulator.close();
                  stopped.countDown();
                },
                "simulate-stop"));
    String text = text(address);
    err.println(
        "streamgauge: simulating "
            + settings.style().label()
            + " on "
            + text
            + "; try: curl -N 'http://"
            + text
            + "/v1/chat/completions' -d '{\"stream\":true}'");
    InetSocketAddress grpc = simulator.grpcAddress();
    if (grpc != null) {
      err.println("streamgauge: simulating gRPC on " + text(grpc));
    }
    return untilStopped();
  }

  private static String text(InetSocketAddress address) {
    return new HostPort(address.getAddress().getHostAddress(), address.getPort()).toString();
  }

  private int untilStopped() {
    try {
      stopped.await();
      return Main.OK;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Main.FAILED;
    }
  }
}
