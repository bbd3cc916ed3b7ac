package dev.streamgauge.fuzz;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.DialectPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs the fuzzer on one dialect after the other, and says what it found. */
@Command(
    name = "fuzz",
    description = "Coverage-guided fuzzing (Jazzer, libFuzzer) of each dialect's reader.",
    mixinStandardHelpOptions = true)
final class Fuzz implements Callable<Integer> {
  private static final String REQUESTS = "requests";
  private static final String INFER_REQUESTS = "infer_requests";

  /**
   * As the fuzzer counts: {@code #123 DONE cov: 45 ft: 67 corp: 8/9Kb lim: 1 exec/s: 2 rss: 3Mb}.
   */
  private static final Pattern COUNTS =
      Pattern.compile("#(\\d+)\\s+\\S+\\s+cov: (\\d+) ft: (\\d+) corp: (\\d+)/");

  @Parameters(
      description = "dialects, requests, or infer_requests; all if none is named",
      paramLabel = "DIALECT")
  private List<String> named = new ArrayList<>();

  @Option(names = "--seconds", description = "of processor time for each (default: 600)")
  private long seconds = 600;

  @Option(names = "--wire", description = "the folder of fixtures")
  private Path wire = Path.of("sse-parser/src/test/resources/wire");

  @Option(names = "--work", description = "where inputs, findings and logs are kept")
  private Path work = Path.of("fuzz/target/work");

  @Option(names = "--heap", description = "of the fuzzed program, in MiB (default: 128)")
  private int heapMebibytes = 128;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Fuzz()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    System.out.println("| what is read | inputs | edges | kept inputs | processor s | findings |");
    System.out.println("|-|-|-|-|-|-|");
    int findings = 0;
    for (String name : named.isEmpty() ? all() : named) {
      findings += fuzz(name);
    }
    return findings == 0 ? 0 : 1;
  }

  private static List<String> all() {
    List<String> names = new ArrayList<>();
    for (Dialect dialect : Dialect.values()) {
      if (dialect != Dialect.UNKNOWN) {
        names.add(dialect.label());
      }
    }
    names.add(REQUESTS);
    names.add(INFER_REQUESTS);
    return names;
  }

  /** How many findings there are. */
  private int fuzz(String name) throws IOException, InterruptedException {
    Path folder = work.resolve(name);
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    Path found = Files.createDirectories(folder.resolve("found"));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command(name, folder, corpus, found))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Duration took = runFor(process);
    dropOwnEnd(log, found);
    int findings = (int) count(found);
    System.out.println(row(name, log, took, findings, count(corpus)));
    return findings;
  }

  private List<String> command(String name, Path folder, Path corpus, Path found)
      throws IOException {
    boolean answers = !name.equals(REQUESTS) && !name.equals(INFER_REQUESTS);
    Dialect dialect = answers ? Dialect.of(name) : Dialect.OPENAI_CHAT;
    Seeds seeds = new Seeds(wire);
    if (answers) {
      int number = 0;
      for (byte[] seed : seeds.of(dialect)) {
        Files.write(corpus.resolve("seed-" + number++), seed);
      }
      String shape =
          DialectPaths.of(dialect) + "\n" + FuzzedAnswer.contentType(dialect, false) + "\n";
      Files.writeString(folder.resolve("shape"), shape);
    } else if (name.equals(REQUESTS)) {
      Files.writeString(corpus.resolve("seed"), "{\"model\":\"m\",\"stream\":true,\"n\":1}");
    } else {
      Files.write(corpus.resolve("seed"), Seeds.inferRequests());
    }
    Path dictionary = folder.resolve("words");
    Files.write(dictionary, seeds.dictionary(dialect));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + heapMebibytes + "m", "-XX:+UseSerialGC", "-Xss1m"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+EnableDynamicAgentLoading"));
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + target(name).getName());
    if (answers) {
      command.add("--target_args=" + name);
    }
    command.add("--instrumentation_includes=dev.streamgauge.parser.**:dev.streamgauge.timeline.**");
    command.add("--reproducer_path=" + found.toAbsolutePath());
    command.addAll(List.of("-artifact_prefix=" + found.toAbsolutePath() + "/", "-timeout=300"));
    command.addAll(List.of("-dict=" + dictionary, "-max_len=6000", "-rss_limit_mb=0"));
    command.addAll(List.of("-use_value_profile=1", "-print_final_stats=1"));
    command.add(corpus.toString());
    return command;
  }

  private static Class<?> target(String name) {
    return switch (name) {
      case REQUESTS -> RequestFuzz.class;
      case INFER_REQUESTS -> InferRequestFuzz.class;
      default -> AnswerFuzz.class;
    };
  }

  /** Lets it work for as long as is asked, by its own processor time, and ends it. */
  private Duration runFor(Process process) throws InterruptedException {
    Duration took = Duration.ZERO;
    while (!process.waitFor(1, TimeUnit.SECONDS)) {
      took = process.info().totalCpuDuration().orElse(took);
      if (took.toSeconds() >= seconds) {
        process.destroy();
        process.waitFor();
      }
    }
    return took;
  }

  /** Being ended by us looks to the fuzzer as if its input had ended the program. */
  private static void dropOwnEnd(Path log, Path found) throws IOException {
    String said = Files.readString(log);
    if (said.contains("fuzz target exited") && !said.contains("== Java Exception")) {
      try (Stream<Path> files = Files.list(found)) {
        for (Path file :
            files.filter(it -> it.getFileName().toString().startsWith("crash")).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static String row(String name, Path log, Duration took, int findings, long kept)
      throws IOException {
    String inputs = "?";
    String edges = "?";
    for (String line : Files.readAllLines(log)) {
      Matcher counts = COUNTS.matcher(line);
      if (counts.find()) {
        inputs = counts.group(1);
        edges = counts.group(2);
      }
    }
    return "| "
        + String.join(" | ", name, inputs, edges, "" + kept, "" + took.toSeconds(), "" + findings)
        + " |";
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(it -> !it.toString().endsWith(".java")).count();
    }
  }
}
