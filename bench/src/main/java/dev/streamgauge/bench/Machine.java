package dev.streamgauge.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.streamgauge.bench.result.Numbers;
import dev.streamgauge.bench.target.TargetKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What figures were measured on and with. */
final class Machine {
  private static final int WORDS_MAX = 200;

  private final BenchOptions options;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final String loadBefore = loadAverage();

  private Machine(BenchOptions options) throws IOException {
    this.options = options;
  }

  /** Before the first round. */
  static Machine read(BenchOptions options) throws IOException, InterruptedException {
    Machine machine = new Machine(options);
    machine.put("Begun", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    machine.put("streamgauge", commit(options.root));
    machine.put("Ahead-of-time cache", cache(options.root.resolve("cli/target")));
    machine.put("Processor", processor());
    machine.put(
        "Processors",
        "%d; targets on %d, client and server on %s"
            .formatted(
                Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("processor"))
                    .count(),
                options.targetProcessor,
                options.loadProcessor < 0 ? "any" : options.loadProcessor));
    machine.put("Memory", memory());
    machine.put("Kernel", Files.readString(Path.of("/proc/version")).strip().split(" \\(", 2)[0]);
    machine.put("JDK of client and server", Runtime.version() + " " + property("java.vendor"));
    machine.put(
        "File descriptors", Numbers.text((double) descriptorsMax(), 0) + " (RLIMIT_NOFILE)");
    for (TargetKind kind : TargetKind.values()) {
      String version = version(options, kind);
      if (!version.isEmpty()) {
        machine.put(kind.label() + " version", version);
      }
    }
    return machine;
  }

  /** With the load average up to now, and what was left out so far. */
  Map<String, String> facts() throws IOException {
    facts.put("Load average", loadBefore + " before, " + loadAverage() + " behind (1, 5, 15 min)");
    facts.put(
        "Left out", options.leftOut().isEmpty() ? "nothing" : String.join("; ", options.leftOut()));
    return facts;
  }

  private void put(String name, String value) {
    String line = value.replaceAll("\\s+", " ").strip();
    facts.put(name, line.length() > WORDS_MAX ? line.substring(0, WORDS_MAX) + "…" : line);
  }

  /** RLIMIT_NOFILE of this process, which what it starts inherits. */
  static long descriptorsMax() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
      if (line.startsWith("Max open files")) {
        String soft = line.substring("Max open files".length()).strip().split(" ", 2)[0];
        return soft.equals("unlimited") ? Integer.MAX_VALUE : Long.parseLong(soft);
      }
    }
    return Integer.MAX_VALUE;
  }

  /** As bin/streamgauge sees it: one that is older than the program is not used. */
  private static String cache(Path built) throws IOException {
    Path cache = built.resolve("streamgauge.aot");
    if (!Files.exists(cache)) {
      return "none (./build aot makes it)";
    }
    boolean old =
        Files.getLastModifiedTime(built.resolve("streamgauge.jar"))
                .compareTo(Files.getLastModifiedTime(cache))
            > 0;
    return old ? "older than the program, so not used (./build aot makes it)" : "there";
  }

  private static String commit(Path root) throws IOException, InterruptedException {
    String commit = said(List.of("git", "-C", root.toString(), "rev-parse", "--short", "HEAD"));
    String changed = said(List.of("git", "-C", root.toString(), "status", "--porcelain", "-uno"));
    return commit.isBlank()
        ? "of no commit"
        : "commit " + commit.strip() + (changed.isBlank() ? "" : ", with changes");
  }

  private static String processor() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("model name")) {
        return line.substring(line.indexOf(':') + 1);
      }
    }
    return property("os.arch");
  }

  private static String memory() throws IOException {
    String first = Files.readAllLines(Path.of("/proc/meminfo")).getFirst();
    long kib = Long.parseLong(first.replaceAll("[^0-9]", ""));
    return Numbers.text(kib / 1024.0 / 1024.0, 1) + " GiB";
  }

  private static String loadAverage() throws IOException {
    String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
    return String.join(", ", List.of(words).subList(0, 3));
  }

  /** Empty of what is not there, or has none. */
  private static String version(BenchOptions options, TargetKind kind)
      throws IOException, InterruptedException {
    Path program = options.places().program(kind).orElse(Path.of("/nonexistent"));
    if (!Files.isExecutable(program)) {
      return "";
    }
    List<String> words = new ArrayList<>(List.of(program.toString()));
    return switch (kind) {
      case DIRECT -> "";
      case SPLICE -> "of this repository, bench/peers/splice.c";
      case QUEUE_PROXY, SMG, VLLM_ROUTER ->
          written(options.peers.resolve(kind.label() + ".version"));
      case NGINX, HAPROXY -> {
        words.add("-v");
        yield said(words).lines().findFirst().orElse("");
      }
      case ENVOY, STREAMGAUGE -> {
        words.add("--version");
        yield said(words);
      }
    };
  }

  private static String written(Path file) throws IOException {
    return Files.isReadable(file) ? Files.readString(file) : "not known";
  }

  private static String said(List<String> words) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8);
      boolean well = process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
      return well ? text : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static String property(String name) {
    return System.getProperty(name, "");
  }
}
