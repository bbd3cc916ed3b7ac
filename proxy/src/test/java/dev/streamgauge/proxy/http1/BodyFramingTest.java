package dev.streamgauge.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the data is and where a body ends, wherever the reads cut it. */
final class BodyFramingTest {
  private static final HttpLimits SMALL = new HttpLimits(64, 128, 8, 16, 24);
  private static final String BEHIND = "HTTP/1.1 200";

  @Test
  void aChunkedBodyIsTheSameWhereverItIsCut() {
    everyCut(
        BodyFramingTest::chunked,
        "5\r\nhello\r\n00a;x=\"y\"\r\n0123456789\r\n0\r\n\r\n",
        "hello0123456789");
    everyCut(BodyFramingTest::chunked, "1;a\r\n\n\r\n0;b=c\r\nT: v\r\nU:\r\n\r\n", "\n");
    everyCut(BodyFramingTest::chunked, "0\r\n\r\n", "");
  }

  @Test
  void aCountedBodyIsTheSameWhereverItIsCut() {
    everyCut(() -> BodyFraming.counted(7), "0\r\n\r\nab", "0\r\n\r\nab");
  }

  @Test
  void aBodyOfLengthZeroIsDoneAtOnce() {
    assertThat(BodyFraming.counted(0).done()).isTrue();
    assertThat(BodyFraming.none().done()).isTrue();
  }

  @Test
  void aBodyUntilTheCloseNeverEndsByItself() {
    BodyFraming framing = BodyFraming.untilClose();
    assertThat(feed(framing, List.of("a", "0\r\n\r\n", "b"))).isEqualTo("a0\r\n\r\nb|behind 0");
    assertThat(framing.done()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        ";x\r\n",
        "g\r\n",
        "-1\r\n",
        "+1\r\n",
        " 1\r\n",
        "1 \r\n",
        "0x1\r\n",
        "1\n",
        "1\rx",
        "1;a\n",
        "1;a\u0000\r\n",
        "1;a\rx",
        "1\r\nab",
        "1\r\na\n",
        "1\r\na\rb",
        "ffffffffffffffff\r\n",
        "0000000000000001\r\n",
        "0\r\n\n",
        "0\r\n\rx",
        "0\r\n: v\r\n",
        "0\r\n v\r\n",
        "0\r\nA\r\n",
        "0\r\nA : b\r\n",
        "0\r\nA: b\n",
        "0\r\nA: b\rc",
        "0\r\nA: \u0001\r\n",
      })
  void badChunkFramingIsAnErrorWhereverItIsCut(String text) {
    String whole = error(List.of(text));
    assertThat(whole).isNotEmpty();
    for (int cut = 1; cut < text.length(); cut++) {
      assertThat(error(List.of(text.substring(0, cut), text.substring(cut)))).isEqualTo(whole);
    }
  }

  @Test
  void aChunkLineHasALimit() {
    assertThat(error(List.of("1;" + "x".repeat(14) + "\r\na\r\n"))).isEmpty();
    assertThat(error(List.of("1;" + "x".repeat(15) + "\r\na\r\n"))).contains("longer than 16");
    assertThat(error(List.of("1;" + "x".repeat(14) + "\r\na\r\n1;" + "x".repeat(14) + "\r\n")))
        .isEmpty();
  }

  @Test
  void trailersHaveALimit() {
    assertThat(error(List.of("0\r\nA: " + "x".repeat(20) + "\r\n\r\n"))).isEmpty();
    assertThat(error(List.of("0\r\nA: " + "x".repeat(40) + "\r\n\r\n"))).contains("longer than 24");
    assertThat(error(List.of("0\r\n" + "A: b\r\n".repeat(6) + "\r\n"))).contains("longer than 24");
  }

  @Test
  void aSizeMayHaveAnyNumberOfLeadingZeros() {
    for (int zeros = 0; zeros < 10; zeros++) {
      String size = "0".repeat(zeros);
      everyCut(BodyFramingTest::chunked, size + "3\r\nabc\r\n" + size + "0\r\n\r\n", "abc");
    }
  }

  @Test
  void aSizeThatIsNoPlainLineIsStillRead() {
    everyCut(BodyFramingTest::chunked, "B;x=1\r\n0123456789a\r\n0;y\r\n\r\n", "0123456789a");
    assertThat(error(List.of("1\rX2345678"))).contains("bare CR");
    assertThat(error(List.of("1\nX2345678"))).contains("followed by");
    assertThat(error(List.of("\r\nabcdefgh"))).contains("no hexadecimal");
    assertThat(error(List.of("1\r\nab\r\n345678"))).contains("does not end in CRLF");
  }

  @Test
  void whatCameBeforeAnErrorIsStillData() {
    BodyFraming framing = chunked();
    String told = feed(framing, List.of("2\r\nabX"));
    assertThat(told).isEqualTo("ab|behind 1");
    assertThat(framing.error()).isNotNull();
  }

  private static BodyFraming chunked() {
    return BodyFraming.chunked(HttpLimits.defaults());
  }

  private static void everyCut(Supplier<BodyFraming> framing, String body, String data) {
    String all = body + BEHIND;
    for (int first = 1; first < body.length(); first++) {
      for (int second = first; second < body.length(); second++) {
        BodyFraming fresh = framing.get();
        List<String> pieces =
            List.of(all.substring(0, first), all.substring(first, second), all.substring(second));
        assertThat(feed(fresh, pieces))
            .as("cut at %d and %d", first, second)
            .isEqualTo(data + "|behind " + BEHIND.length());
        assertThat(fresh.done()).isTrue();
        assertThat(fresh.error()).isNull();
      }
    }
  }

  private static String error(List<String> pieces) {
    BodyFraming framing = BodyFraming.chunked(SMALL);
    assertThat(feed(framing, pieces)).isNotNull();
    String error = framing.error();
    return error == null ? "" : error;
  }

  /** The data that was told, and how many bytes of the last piece do not belong to the body. */
  private static String feed(BodyFraming framing, List<String> pieces) {
    StringBuilder data = new StringBuilder();
    int behind = 0;
    for (String piece : pieces) {
      if (framing.done() || framing.error() != null) {
        break;
      }
      ByteBuf buffer = Unpooled.copiedBuffer(piece, StandardCharsets.ISO_8859_1);
      int end =
          framing.advance(
              buffer,
              0,
              buffer.writerIndex(),
              (in, from, to) ->
                  data.append(in.toString(from, to - from, StandardCharsets.ISO_8859_1)));
      behind = buffer.writerIndex() - end;
    }
    return data + "|behind " + behind;
  }
}
