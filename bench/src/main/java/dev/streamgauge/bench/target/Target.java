package dev.streamgauge.bench.target;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.streamgauge.bench.load.Http2Client;
import dev.streamgauge.bench.load.Load;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A running target on a port of its own, with one worker on one processor; direct has no process.
 */
public final class Target implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(60);
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

  private final Side side;
  private final int port;
  private final @Nullable Process process;

  private Target(Side side, int port, @Nullable Process process) {
    this.side = side;
    this.port = port;
    this.process = process;
  }

  public Side side() {
    return side;
  }

  public TargetKind kind() {
    return side.kind();
  }

  public int port() {
    return port;
  }

  public Optional<ProcessHandle> process() {
    return Optional.ofNullable(process).map(Process::toHandle);
  }

  /** Starts it and returns once it has answered a request through to the upstream. */
  public static Target start(Side side, Places places, int upstreamPort, int processor)
      throws IOException, InterruptedException {
    Target target = exec(side, places, upstreamPort, processor, List.of());
    target.awaitAnswer();
    return target;
  }

  /**
   * Starts it and returns at once.
   *
   * @param environment {@code NAME=VALUE} for the process
   */
  public static Target exec(
      Side side, Places places, int upstreamPort, int processor, List<String> environment)
      throws IOException {
    if (side.kind() == TargetKind.DIRECT) {
      return new Target(side, upstreamPort, null);
    }
    int port = freePort();
    Path folder = Files.createDirectories(places.work().resolve(side.folder()));
    List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(processor)));
    command.addAll(
        switch (side.kind()) {
          case NGINX -> nginx(side, places, folder, port, upstreamPort);
          case ENVOY -> envoy(side, places, folder, port, upstreamPort);
          case STREAMGAUGE -> streamgauge(side, places, port, upstreamPort);
          case DIRECT -> throw new IllegalStateException();
        });
    ProcessBuilder builder = new ProcessBuilder(command);
    for (String setting : environment) {
      int equals = setting.indexOf('=');
      builder.environment().put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    Path log = folder.resolve("log");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new Target(side, port, builder.start());
  }

  private static List<String> nginx(
      Side side, Places places, Path folder, int port, int upstreamPort) throws IOException {
    boolean grpc = side.behind() == Load.GRPC;
    Path config =
        config(
            "nginx.conf",
            folder,
            text ->
                text.replace("@LISTEN@", Integer.toString(port))
                    .replace("@UPSTREAM@", Integer.toString(upstreamPort))
                    .replace("@HTTP2@", side.front() == Load.HTTP1 ? "" : "http2")
                    .replace("@PASS@", grpc ? GRPC_PASS : PROXY_PASS));
    return List.of(
        places.nginx().toString(),
        "-p",
        folder.toString(),
        "-c",
        config.toString(),
        "-e",
        "stderr");
  }

  private static List<String> envoy(
      Side side, Places places, Path folder, int port, int upstreamPort) throws IOException {
    String protocol =
        side.behind() == Load.HTTP1 ? "http_protocol_options" : "http2_protocol_options";
    Path config =
        config(
            "envoy.yaml",
            folder,
            text ->
                text.replace("@LISTEN@", Integer.toString(port))
                    .replace("@UPSTREAM@", Integer.toString(upstreamPort))
                    .replace("@PROTOCOL@", protocol));
    return List.of(
        places.envoy().toString(),
        "-c",
        config.toString(),
        "--concurrency",
        "1",
        "--disable-hot-restart",
        "-l",
        "warning");
  }

  private static List<String> streamgauge(Side side, Places places, int port, int upstreamPort)
      throws IOException {
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
                "127.0.0.1:" + freePort(),
                "--event-loops",
                "1",
                "--access-log",
                "file:/dev/null"));
    command.addAll(places.streamgaugeOptions());
    command.addAll(side.words().subList(otherProgram ? 1 : 0, side.words().size()));
    return command;
  }

  private static Path config(String name, Path folder, UnaryOperator<String> filled)
      throws IOException {
    try (var in = Target.class.getResourceAsStream("/peers/" + name)) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      String user = System.getProperty("user.name", "").equals("root") ? "user root;" : "";
      return Files.writeString(
          folder.resolve(name),
          filled.apply(text.replace("@USER@", user).replace("@DIR@", folder.toString())));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    long tries = START_MAX.toMillis() / 20;
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (long i = 0; i < tries; i++) {
        boolean http1 = side.front() == Load.HTTP1;
        if (http1 ? answers(client) : Http2Client.answers(port)) {
          return;
        }
        if (process != null && process.waitFor(20, TimeUnit.MILLISECONDS)) {
          throw new IOException(side.label() + " ended with " + process.exitValue());
        }
      }
    }
    close();
    throw new IOException(side.label() + " did not answer within " + START_MAX);
  }

  private boolean answers(HttpClient client) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health")).build();
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
