package dev.streamgauge.report.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
  private static final String LINE = "{\"outcome\":\"ok\",\"duration_ms\":1.0}\n";

  private final LogReader reader = new LogReader();
  private final List<LoggedRequest> requests = new ArrayList<>();

  @Test
  void plainAndGzipAreToldByTheirFirstBytes(@TempDir Path folder) throws IOException {
    Path plain = Files.write(folder.resolve("a.log"), bytes(LINE.repeat(3)));
    // two members one behind the other, as a rotated log that was put together
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.write(gzip(LINE.repeat(2)));
    members.write(gzip(LINE));
    Path gzip = Files.write(folder.resolve("b.log"), members.toByteArray());

    read(plain.toString(), InputStream.nullInputStream());
    assertThat(requests).hasSize(3);
    read(gzip.toString(), InputStream.nullInputStream());
    assertThat(requests).hasSize(6);
    read("-", new ByteArrayInputStream(gzip(LINE)));
    read("-", new ByteArrayInputStream(bytes(LINE)));
    assertThat(requests).hasSize(8);
    read("-", InputStream.nullInputStream());
    assertThat(reader.counts().lines()).isEqualTo(8);
  }

  @Test
  void linesThatAreNotOursAreCountedAndNamed() throws IOException {
    String log = "started\n" + LINE + "\n{\"a\":1}\n" + LINE + "oops\n" + LINE.substring(0, 20);
    read("-", new ByteArrayInputStream(bytes(log)));

    assertThat(requests).hasSize(2);
    assertThat(reader.counts().lines()).isEqualTo(7);
    assertThat(reader.counts().rejected())
        .containsExactly(
            new LineCounts.Rejected(Rejection.BLANK, 1, List.of("-:3")),
            new LineCounts.Rejected(Rejection.NOT_JSON, 3, List.of("-:1", "-:6", "-:7")),
            new LineCounts.Rejected(Rejection.NOT_ACCESS_LOG, 1, List.of("-:4")));
  }

  @Test
  void examplesOfAReasonAreThreeHoweverManyThereAre() throws IOException {
    read("-", new ByteArrayInputStream(bytes("oops\n".repeat(1000))));
    assertThat(reader.counts().rejected().getFirst().examples()).hasSize(3);
  }

  @Test
  void whatCameBeforeABrokenEndCounts() throws IOException {
    byte[] whole = gzip(LINE.repeat(50_000));
    byte[] cut = Arrays.copyOf(whole, whole.length - 9);
    assertThatThrownBy(() -> read("-", new ByteArrayInputStream(cut)))
        .isInstanceOf(IOException.class);
    assertThat(requests).isNotEmpty();
  }

  private void read(String name, InputStream standardInput) throws IOException {
    try (InputStream in = LogInput.open(name, standardInput)) {
      reader.read(name, in, requests::add);
    }
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(bytes(text));
    }
    return bytes.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
