package dev.streamgauge.bench.target;

import dev.streamgauge.bench.load.Http2Client;
import dev.streamgauge.bench.load.Load;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A running target on a port of its own, with one worker on one processor; direct has no process.
 */
public final class Target implements AutoCloseable {
  private static final Duration START_MAX = Duration.ofSeconds(60);

  /** What runs: whoever stops the bench stops these, too. */
  private static final Set<Target> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Target::end)));
  }

  private final Side side;
  private final int port;
  private final int adminPort;
  private final List<String> command;
  private final @Nullable Process process;

  private Target(
      Side side, int port, int adminPort, List<String> command, @Nullable Process process) {
    this.side = side;
    this.port = port;
    this.adminPort = adminPort;
    this.command = command;
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

  /** Where streamgauge is administered. */
  public int adminPort() {
    return adminPort;
  }

  public Optional<ProcessHandle> process() {
    return Optional.ofNullable(process).map(Process::toHandle);
  }

  /** All words with which its program runs, once it does; none of direct. */
  public Optional<String> commandLine() throws IOException {
    if (process == null) {
      return Optional.empty();
    }
    if (kind().isGateway()) {
      // they name their process anew
      return Optional.of(String.join(" ", command));
    }
    String words = Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
    return Optional.of(words.replace('\0', ' ').strip());
  }

  /** Starts it and returns once it has answered a request through to the upstream. */
  public static Target start(Side side, Places places, int upstreamPort, int processor)
      throws IOException, InterruptedException {
    Target target = exec(side, places, upstreamPort, processor, List.of());
    try {
      target.awaitAnswer();
    } catch (IOException e) {
      Path log = places.work().resolve(side.folder()).resolve("log");
      throw new IOException(e.getMessage() + "; see " + log, e);
    }
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
      return new Target(side, upstreamPort, 0, List.of(), null);
    }
    int port = freePort();
    int adminPort = freePort();
    Path folder = Files.createDirectories(places.work().resolve(side.folder()));
    TargetCommand started = new TargetCommand(side, places, folder, port, adminPort, upstreamPort);
    List<String> command = new ArrayList<>(List.of("taskset", "-c", Integer.toString(processor)));
    command.addAll(started.words());
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(started.environment());
    // ours, and to streamgauge an option that it does not have
    builder.environment().remove(Places.PEERS_VARIABLE);
    for (String setting : environment) {
      int equals = setting.indexOf('=');
      builder.environment().put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    Path log = folder.resolve("log");
    if (side.kind() == TargetKind.HAPROXY || side.kind() == TargetKind.SMG) {
      // their access log goes to standard output; all others write theirs to /dev/null
      builder.redirectOutput(Redirect.DISCARD).redirectError(log.toFile());
    } else {
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
    }
    Target target = new Target(side, port, adminPort, started.words(), builder.start());
    RUNNING.add(target);
    return target;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    // gateways speak both on one port
    boolean http1 = side.front() == Load.HTTP1 || kind().isGateway();
    long tries = START_MAX.toMillis() / 20;
    for (long i = 0; i < tries; i++) {
      if (http1 ? Probe.answered(this) : Http2Client.answers(port)) {
        return;
      }
      if (process != null && process.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new IOException(side.label() + " ended with " + process.exitValue());
      }
    }
    close();
    throw new IOException(side.label() + " did not answer within " + START_MAX);
  }

  @Override
  public void close() {
    if (process == null) {
      return;
    }
    end();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      RUNNING.remove(this);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Knative's would wait half a minute for others to hear that it ends, gateways five seconds. */
  private void end() {
    if (process != null && (kind() == TargetKind.QUEUE_PROXY || kind().isGateway())) {
      process.destroyForcibly();
    } else if (process != null) {
      process.destroy();
    }
  }
}
