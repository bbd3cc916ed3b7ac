package dev.streamgauge.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.proxy.http1.HeadParser.State;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wherever a head is cut by the reads, it is the same head, and what is behind it stays. */
final class HeadParserTest {
  private static final HttpLimits SMALL = new HttpLimits(40, 120, 4, 64, 64);
  private static final String BEHIND = "BODY\r\n\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /v1/x?y=%20 HTTP/1.0\r\nA:\r\nb:\t c \t\r\nC: d\u00e9\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost:[::1]:80\r\n\r\n",
      })
  void aRequestHeadIsTheSameWhereverItIsCut(String text) {
    sameWhereverCut(text, true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n",
        "HTTP/1.0 404\r\n\r\n",
        "HTTP/1.1 299 \r\nA: b\r\nA: c\r\n\r\n",
      })
  void aResponseHeadIsTheSameWhereverItIsCut(String text) {
    sameWhereverCut(text, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\rx\r\n\r\n",
        "GET /23456789012345678901234567890 HTTP/1.1\r\n\r\n",
        " GET / HTTP/1.1\r\n\r\n",
      })
  void aBadHeadIsRefusedForTheSameReasonWhereverItIsCut(String text) {
    Malformed whole = refused(List.of(text));
    for (int cut = 1; cut < text.length(); cut++) {
      assertThat(refused(List.of(text.substring(0, cut), text.substring(cut))))
          .as("cut at %d", cut)
          .isEqualTo(whole);
    }
    assertThat(refused(text.chars().mapToObj(Character::toString).toList())).isEqualTo(whole);
  }

  @Test
  void eachLimitIsAllowedAndOneMoreIsNot() {
    String line = "GET /234567890123456789012345678 HTTP/1.1";
    assertThat(line).hasSize(41);
    assertThat(status("GET /23456789012345678901234567 HTTP/1.1\r\nHost: a\r\n\r\n")).isZero();
    assertThat(status(line + "\r\nHost: a\r\n\r\n")).isEqualTo(414);

    String fields = "GET / HTTP/1.1\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n";
    assertThat(status(fields + "\r\n")).isZero();
    assertThat(status(fields + "A: b\r\n\r\n")).isEqualTo(431);

    String start = "GET / HTTP/1.1\r\nA: ";
    String value = "v".repeat(120 - start.length() - 4);
    assertThat(status(start + value + "\r\n\r\n")).isZero();
    assertThat(status(start + value + "v\r\n\r\n")).isEqualTo(431);
    assertThat(status(start + "v".repeat(500))).isEqualTo(431);
    assertThat(status("A".repeat(500))).isEqualTo(414);
  }

  @Test
  void limitsHoldByteByByteToo() {
    String exact = "GET /23456789012345678901234567 HTTP/1.1\r\nHost: a\r\n\r\n";
    HeadParser parser = HeadParser.ofRequests(SMALL);
    assertThat(feed(parser, exact.chars().mapToObj(Character::toString).toList()))
        .isEqualTo(State.DONE);
  }

  @Test
  void aParserServesTheNextHeadAfterItsReset() {
    HeadParser parser = HeadParser.ofRequests(SMALL);
    ByteBuf two = buffer("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: b\r\n\r\n");
    assertThat(parser.feed(two)).isEqualTo(State.DONE);
    assertThat(parser.head().path()).isEqualTo("/a");
    parser.reset();
    assertThat(parser.begun()).isFalse();
    assertThat(parser.feed(two)).isEqualTo(State.DONE);
    assertThat(parser.head().path()).isEqualTo("/b");
    assertThat(two.isReadable()).isFalse();
  }

  private static void sameWhereverCut(String text, boolean request) {
    String whole = told(List.of(text + BEHIND), request);
    assertThat(whole).contains("| behind: " + BEHIND.length());
    String all = text + BEHIND;
    for (int cut = 1; cut < text.length(); cut++) {
      assertThat(told(List.of(all.substring(0, cut), all.substring(cut)), request))
          .as("cut at %d", cut)
          .isEqualTo(whole);
    }
    List<String> bytes = all.chars().mapToObj(Character::toString).toList();
    assertThat(told(bytes, request).replaceAll("behind: \\d+", ""))
        .isEqualTo(whole.replaceAll("behind: \\d+", ""));
  }

  private static String told(List<String> pieces, boolean request) {
    HttpLimits limits = HttpLimits.defaults();
    HeadParser parser = request ? HeadParser.ofRequests(limits) : HeadParser.ofResponses(limits);
    for (String piece : pieces) {
      ByteBuf in = buffer(piece);
      State state = parser.feed(in);
      assertThat(state).isNotEqualTo(State.MALFORMED);
      if (state == State.DONE) {
        return told(parser.head(), request) + "| behind: " + in.readableBytes();
      }
      assertThat(in.isReadable()).isFalse();
    }
    return "unfinished";
  }

  private static String told(Head head, boolean request) {
    StringBuilder text = new StringBuilder();
    if (request) {
      text.append(head.method()).append(' ').append(head.target()).append(' ').append(head.path());
    } else {
      text.append(head.status());
    }
    text.append(" 1.").append(head.minorVersion()).append('|');
    IntStream.range(0, head.fieldCount())
        .forEach(i -> text.append(head.name(i)).append('=').append(head.value(i)).append('|'));
    return text.toString();
  }

  private static Malformed refused(List<String> pieces) {
    HeadParser parser = HeadParser.ofRequests(SMALL);
    assertThat(feed(parser, pieces)).isEqualTo(State.MALFORMED);
    return parser.malformed();
  }

  /** The refusal's status, or 0. */
  private static int status(String text) {
    HeadParser parser = HeadParser.ofRequests(SMALL);
    return switch (parser.feed(buffer(text))) {
      case MALFORMED -> parser.malformed().status();
      case DONE -> 0;
      case MORE -> throw new AssertionError("unfinished");
    };
  }

  private static State feed(HeadParser parser, List<String> pieces) {
    State state = State.MORE;
    for (String piece : pieces) {
      if (state == State.MORE) {
        state = parser.feed(buffer(piece));
      }
    }
    return state;
  }

  private static ByteBuf buffer(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }
}
