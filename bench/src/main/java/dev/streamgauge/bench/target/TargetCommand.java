package dev.streamgauge.bench.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.streamgauge.bench.load.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a target is started: one worker, nothing buffered, one line of access log a request, as a
 * sidecar in front of a model server would be set up.
 *
 * @param port on which it listens
 * @param adminPort of those that have one
 * @param folder for its configuration
 */
record TargetCommand(
    Side side, Places places, Path folder, int port, int adminPort, int upstreamPort) {
  private static final String PROXY_PASS =
      """
      proxy_pass http://model_server;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_buffering off;
            proxy_request_buffering off;
            proxy_read_timeout 300s;
            proxy_send_timeout 300s;\
      """;
  private static final String GRPC_PASS =
      """
      grpc_pass grpc://model_server;
            grpc_read_timeout 300s;
            grpc_send_timeout 300s;\
      """;

  List<String> words() throws IOException {
    String program = places.peer(side.kind()).toString();
    return switch (side.kind()) {
      case SPLICE -> List.of(program, Integer.toString(port), Integer.toString(upstreamPort));
      case NGINX ->
          List.of(
              program,
              "-p",
              folder.toString(),
              "-c",
              config("nginx.conf").toString(),
              "-e",
              "stderr");
      case HAPROXY -> List.of(program, "-db", "-f", config("haproxy.cfg").toString());
      case ENVOY ->
          List.of(
              program,
              "-c",
              config("envoy.yaml").toString(),
              "--concurrency",
              "1",
              "--disable-hot-restart",
              "-l",
              "warning");
      case QUEUE_PROXY -> List.of(program);
      case SMG -> smg(program);
      case VLLM_ROUTER -> vllmRouter(program);
      case STREAMGAUGE -> streamgauge();
      case DIRECT -> throw new IllegalStateException();
    };
  }

  /**
   * Its default is a log of two lines a request. No bound of requests at once, and no model of the
   * worker's to fetch a tokenizer for or to ask for its load.
   */
  private List<String> smg(String program) {
    List<String> words = new ArrayList<>(List.of(program, "launch", "--backend", "vllm"));
    words.addAll(gateway());
    words.addAll(
        List.of(
            "--max-concurrent-requests",
            "0",
            "--disable-tokenizer-autoload",
            "--disable-load-monitoring"));
    return words;
  }

  /** Its log has no line for a request; it takes 32,768 at once. */
  private List<String> vllmRouter(String program) {
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(gateway());
    return words;
  }

  /** One worker, which is taken as healthy unless it says otherwise; an overload is no outage. */
  private List<String> gateway() {
    return List.of(
        "--worker-urls",
        "http://127.0.0.1:" + upstreamPort,
        "--host",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--policy",
        "round_robin",
        "--prometheus-host",
        "127.0.0.1",
        "--prometheus-port",
        Integer.toString(adminPort),
        "--log-level",
        "info",
        "--worker-startup-check-interval",
        "1",
        "--disable-circuit-breaker");
  }

  /** What its process needs in its environment; Knative's takes all from there. */
  Map<String, String> environment() {
    return switch (side.kind()) {
      case QUEUE_PROXY -> queueProxy();
      case SMG, VLLM_ROUTER -> Map.of("TOKIO_WORKER_THREADS", "1");
      case DIRECT, SPLICE, NGINX, HAPROXY, ENVOY, STREAMGAUGE -> Map.of();
    };
  }

  /**
   * As Knative sets it for a service without a limit of concurrency. Its ports for administration
   * and autoscaling are fixed (8022, 9090, 9091).
   */
  private Map<String, String> queueProxy() {
    return Map.ofEntries(
        Map.entry("GOMAXPROCS", "1"),
        Map.entry("CONTAINER_CONCURRENCY", "0"),
        Map.entry("QUEUE_SERVING_PORT", Integer.toString(port)),
        Map.entry("QUEUE_SERVING_TLS_PORT", Integer.toString(adminPort)),
        Map.entry("USER_PORT", Integer.toString(upstreamPort)),
        Map.entry("REVISION_TIMEOUT_SECONDS", "3600"),
        Map.entry("SERVING_LOGGING_CONFIG", ""),
        Map.entry("SERVING_LOGGING_LEVEL", "error"),
        Map.entry("SERVING_NAMESPACE", "bench"),
        Map.entry("SERVING_CONFIGURATION", "bench"),
        Map.entry("SERVING_REVISION", "bench"),
        Map.entry("SERVING_POD", "bench"),
        Map.entry("SERVING_POD_IP", "127.0.0.1"));
  }

  private List<String> streamgauge() {
    String scheme =
        switch (side.behind()) {
          case HTTP1 -> "http";
          case H2 -> "h2c";
          case GRPC -> "grpc";
        };
    boolean otherProgram = !side.words().isEmpty() && !side.words().getFirst().startsWith("-");
    List<String> command =
        new ArrayList<>(
            List.of(
                otherProgram ? side.words().getFirst() : places.streamgauge().toString(),
                "proxy",
                "--listen",
                "127.0.0.1:" + port,
                "--upstream",
                scheme + "://127.0.0.1:" + upstreamPort,
                "--admin",
                "127.0.0.1:" + adminPort,
                "--event-loops",
                "1",
                "--access-log",
                "file:/dev/null"));
    command.addAll(places.streamgaugeOptions());
    command.addAll(side.words().subList(otherProgram ? 1 : 0, side.words().size()));
    return command;
  }

  private Path config(String name) throws IOException {
    boolean http1Behind = side.behind() == Load.HTTP1;
    boolean http1Front = side.front() == Load.HTTP1;
    String user = System.getProperty("user.name", "").equals("root") ? "user root;" : "";
    try (var in = TargetCommand.class.getResourceAsStream("/peers/" + name)) {
      String text =
          new String(Objects.requireNonNull(in).readAllBytes(), UTF_8)
              .replace("@USER@", user)
              .replace("@DIR@", folder.toString())
              .replace("@LISTEN@", Integer.toString(port))
              .replace("@UPSTREAM@", Integer.toString(upstreamPort))
              .replace("@CONNECTIONS@", Integer.toString(places.connections()))
              .replace("@CLIENTS@", Integer.toString(places.connections() / 2))
              .replace("@HTTP2@", http1Front ? "" : "http2")
              .replace("@PASS@", side.behind() == Load.GRPC ? GRPC_PASS : PROXY_PASS)
              .replace("@PROTO_FRONT@", http1Front ? "" : "proto h2")
              .replace("@PROTO_BEHIND@", http1Behind ? "" : "proto h2")
              .replace(
                  "@PROTOCOL@", http1Behind ? "http_protocol_options" : "http2_protocol_options");
      return Files.writeString(folder.resolve(name), text);
    }
  }
}
