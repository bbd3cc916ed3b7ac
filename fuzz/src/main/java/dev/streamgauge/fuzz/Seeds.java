package dev.streamgauge.fuzz;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.GrpcText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the fuzzer begins with: the dialect's fixtures, and the words in them. */
final class Seeds {
  private static final Pattern WORD = Pattern.compile("\"[A-Za-z_.\\[\\]-]{2,40}\":?");
  private static final List<String> MARKS =
      List.of(
          "data: ", "event: ", "\\x0a\\x0a", "\\x0d\\x0a", "[DONE]", "null", "\\x5cu00e9", ": ");

  private final Path wire;

  /**
   * @param wire the folder that has one of fixtures for each dialect
   */
  Seeds(Path wire) {
    this.wire = wire;
  }

  /** The fixtures' bodies, each with flags that have it read as it is. */
  List<byte[]> of(Dialect dialect) throws IOException {
    List<byte[]> seeds = new ArrayList<>();
    for (Path file : bodies(dialect)) {
      boolean grpc = file.toString().endsWith(".grpc");
      boolean whole = file.toString().endsWith(".json");
      byte[] body = grpc ? GrpcText.bytes(Files.readAllLines(file)) : Files.readAllBytes(file);
      byte[] seed = new byte[body.length + 2];
      seed[0] = (byte) (whole ? FuzzInput.WHOLE_ANSWER : FuzzInput.COMPARED);
      seed[1] = (byte) seeds.size();
      System.arraycopy(body, 0, seed, 2, body.length);
      seeds.add(seed);
    }
    return seeds;
  }

  /** Three requests as Triton's Python client writes them, one of them compressed. */
  static byte[] inferRequests() throws IOException {
    String text =
        """
        message
        1: "tinylm"
        3: "job-1"
        4 {
          1: "triton_enable_empty_final_response"
          2 {
            1: 1
          }
        }
        5 {
          1: "text_input"
          2: "BYTES"
        }
        7: strings "hi"
        message gzip
        1: "tinylm"
        3: "2"
        message
        1: "tinylm"
        """;
    byte[] body = GrpcText.bytes(text.lines().toList());
    byte[] seed = new byte[body.length + 2];
    System.arraycopy(body, 0, seed, 2, body.length);
    return seed;
  }

  /** The dialect's words in the form of libFuzzer's dictionaries. */
  List<String> dictionary(Dialect dialect) throws IOException {
    TreeSet<String> words = new TreeSet<>();
    for (String mark : MARKS) {
      words.add('"' + mark + '"');
    }
    for (Path file : bodies(dialect)) {
      Matcher found = WORD.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
      while (found.find()) {
        words.add('"' + found.group().replace("\"", "\\\"") + '"');
      }
    }
    return List.copyOf(words);
  }

  private List<Path> bodies(Dialect dialect) throws IOException {
    Path folder = wire.resolve(dialect.label());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(it -> !it.toString().endsWith(".events")).sorted().toList();
    }
  }
}
