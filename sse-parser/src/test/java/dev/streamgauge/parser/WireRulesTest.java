package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * One fixture a rule, in {@code wire/DIALECT}: {@code RULE.sse}, {@code .ndjson}, {@code .json} or
 * {@code .grpc} ({@link GrpcText}) is the body, {@code RULE.events} what is told of it. Lines with
 * a hash say where the body comes from; {@code # forced} that the dialect is set rather than
 * recognised. Each body is read whole, cut in two everywhere, and byte by byte.
 *
 * <p>With {@code STREAMGAUGE_GOLDEN=write} in the environment the events are written anew.
 */
class WireRulesTest {
  private static final Path FOLDER = Path.of("src/test/resources/wire");

  private record Rule(Path events, Path body, Dialect dialect, boolean forced, List<String> notes) {
    EventLog read(int cut) throws IOException {
      byte[] bytes = bytes();
      EventLog log = new EventLog();
      ResponseReader reader = open(log);
      if (cut < 0) {
        Answers.readIn(reader, bytes, 1);
      } else {
        Answers.feed(reader, bytes, 0, cut);
        Answers.feed(reader, bytes, cut, bytes.length);
        reader.end();
      }
      assertThat(reader.unparsed()).isNull();
      assertThat(reader.dialect()).isEqualTo(dialect);
      return log;
    }

    private boolean isGrpc() {
      return body.toString().endsWith(".grpc");
    }

    byte[] bytes() throws IOException {
      return isGrpc() ? GrpcText.bytes(Files.readAllLines(body)) : Files.readAllBytes(body);
    }

    private ResponseReader open(EventLog log) {
      return ResponseReader.open(
          Answers.post(path()),
          200,
          contentType(),
          isGrpc() ? "gzip" : null,
          forced ? dialect : null,
          ReaderLimits.defaults(),
          new PatternPool(1),
          log);
    }

    private String path() {
      String path = DialectPaths.of(dialect);
      return notes.contains("# unary") ? path.replace("ModelStreamInfer", "ModelInfer") : path;
    }

    private String contentType() {
      String name = body.toString();
      if (isGrpc()) {
        return "application/grpc";
      }
      if (name.endsWith(".sse")) {
        return "text/event-stream";
      }
      return name.endsWith(".ndjson") ? "application/x-ndjson" : "application/json";
    }
  }

  @TestFactory
  Stream<DynamicTest> everyRuleHoldsInAnyCut() throws IOException {
    List<Rule> rules = rules();
    assertThat(rules).hasSizeGreaterThan(45);
    return rules.stream().map(rule -> DynamicTest.dynamicTest(name(rule), () -> check(rule)));
  }

  private static String name(Rule rule) {
    return rule.dialect().label() + " " + rule.body().getFileName();
  }

  private static void check(Rule rule) throws IOException {
    List<String> expected = expected(rule);
    assertThat(rule.read(0).events).isEqualTo(expected);
    assertThat(rule.read(-1).events).as("byte by byte").isEqualTo(expected);
    for (int cut = 1; cut < rule.bytes().length; cut++) {
      assertThat(rule.read(cut).events).as("cut at %d", cut).isEqualTo(expected);
    }
  }

  private static List<String> expected(Rule rule) throws IOException {
    if ("write".equals(System.getenv("STREAMGAUGE_GOLDEN"))) {
      List<String> lines = new ArrayList<>(rule.notes());
      lines.addAll(rule.read(0).events);
      Files.write(rule.events(), lines);
    }
    return Files.readAllLines(rule.events()).stream().filter(it -> !it.startsWith("#")).toList();
  }

  private static List<Rule> rules() throws IOException {
    List<Rule> rules = new ArrayList<>();
    for (Dialect dialect : Dialect.values()) {
      Path folder = FOLDER.resolve(dialect.label());
      if (Files.exists(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          for (Path events : files.filter(it -> it.toString().endsWith(".events")).toList()) {
            rules.add(rule(dialect, events));
          }
        }
      }
    }
    return rules;
  }

  private static Rule rule(Dialect dialect, Path events) throws IOException {
    List<String> notes =
        Files.readAllLines(events).stream().filter(it -> it.startsWith("#")).toList();
    assertThat(notes).as(events.toString()).isNotEmpty();
    return new Rule(events, body(events), dialect, notes.contains("# forced"), notes);
  }

  private static Path body(Path events) {
    String stem = events.toString().replaceFirst("\\.events$", "");
    @Nullable Path found =
        Stream.of(".sse", ".ndjson", ".json", ".grpc")
            .map(extension -> Path.of(stem + extension))
            .filter(Files::exists)
            .findFirst()
            .orElse(null);
    assertThat(found).as(stem).isNotNull();
    return found == null ? events : found;
  }
}
