package dev.streamgauge.cluster.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  @Test
  void linesAreTheSameHoweverTheyAreCut() throws IOException {
    String text = "{\"a\":1}\n\n{\"ü\":2}\r\nlast one\nhalf";
    List<String> whole = lines(text, Integer.MAX_VALUE, 100);
    assertThat(whole).containsExactly("{\"a\":1}", "{\"ü\":2}\r", "last one");
    for (int piece = 1; piece < text.length(); piece++) {
      assertThat(lines(text, piece, 100)).isEqualTo(whole);
    }
  }

  @Test
  void aLineThatIsTooLongIsPassedOverAndCounted() throws IOException {
    InputStream in = stream("12345\n123456\n1\n", 2);
    LineReader reader = new LineReader(in, 5);
    assertThat(next(reader)).isEqualTo("12345");
    assertThat(next(reader)).isEqualTo("1");
    assertThat(reader.takePassedOver()).isEqualTo(1);
    assertThat(reader.takePassedOver()).isZero();
    assertThat(reader.next()).isFalse();
  }

  @Test
  void aLineMayBeAsLongAsAllowedAndTheArrayIsGivenBack() throws IOException {
    String big = "x".repeat(300_000);
    LineReader reader = new LineReader(stream(big + "\nsmall\n", 7_000), 300_000);
    assertThat(next(reader)).isEqualTo(big);
    assertThat(next(reader)).isEqualTo("small");
    assertThat(reader.bytes().length).isLessThan(100_000);
  }

  private static List<String> lines(String text, int piece, int bytesMax) throws IOException {
    LineReader reader = new LineReader(stream(text, piece), bytesMax);
    List<String> all = new ArrayList<>();
    while (reader.next()) {
      all.add(new String(reader.bytes(), 0, reader.length(), StandardCharsets.UTF_8));
    }
    return all;
  }

  private static String next(LineReader reader) throws IOException {
    assertThat(reader.next()).isTrue();
    return new String(reader.bytes(), 0, reader.length(), StandardCharsets.UTF_8);
  }

  /** Gives so many bytes at a read. */
  private static InputStream stream(String text, int piece) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
      @Override
      public synchronized int read(byte[] bytes, int offset, int length) {
        return super.read(bytes, offset, Math.min(piece, length));
      }
    };
  }
}
