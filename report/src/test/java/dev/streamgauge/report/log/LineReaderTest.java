package dev.streamgauge.report.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  private static final String TOO_LONG = "<too long>";

  @Test
  void linesAreTheSameHoweverTheInputIsCut() throws IOException {
    byte[] input = "one\n\nthree\r\nlast".getBytes(StandardCharsets.US_ASCII);
    for (int cut = 1; cut <= input.length; cut++) {
      assertThat(lines(new Cut(input, cut))).containsExactly("one", "", "three\r", "last");
    }
  }

  @Test
  void anEmptyInputHasNoLineAndALineFeedAtTheEndMakesNone() throws IOException {
    assertThat(lines(new Cut(new byte[0], 1))).isEmpty();
    assertThat(lines(new Cut(new byte[] {'\n'}, 1))).containsExactly("");
  }

  @Test
  void aLineOfTheLargestSizeIsReadAndALongerOneIsPassedOver() throws IOException {
    for (int cut : new int[] {999, 1 << 16, 1 << 22}) {
      String most = "x".repeat(LineReader.LINE_BYTES_MAX);
      String input = most + "\n" + most + "y\nshort\n" + most.repeat(3) + "\nend\n" + most + "z";
      assertThat(lines(new Cut(input.getBytes(StandardCharsets.US_ASCII), cut)))
          .containsExactly(most, TOO_LONG, "short", TOO_LONG, "end", TOO_LONG);
    }
  }

  private static List<String> lines(InputStream in) throws IOException {
    LineReader reader = new LineReader(in);
    List<String> lines = new ArrayList<>();
    while (reader.next()) {
      lines.add(
          reader.tooLong()
              ? TOO_LONG
              : new String(
                  reader.bytes(), reader.start(), reader.length(), StandardCharsets.US_ASCII));
    }
    return lines;
  }

  /** Gives out so many bytes at most in one read. */
  private static final class Cut extends InputStream {
    private final ByteArrayInputStream bytes;
    private final int max;

    Cut(byte[] bytes, int max) {
      this.bytes = new ByteArrayInputStream(bytes);
      this.max = max;
    }

    @Override
    public int read() {
      return bytes.read();
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      return bytes.read(to, offset, Math.min(length, max));
    }
  }
}
