package dev.streamgauge.proxy.http2;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.http1.Malformed;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a head of HTTP/2, by RFC 9113 section 8, and what it is in HTTP/1.1. */
final class ReadHeadTest {
  private static HttpLimits limits(int fieldsMax) {
    return new HttpLimits(1_000, 64 * 1024, fieldsMax, 100, 200);
  }

  @Test
  void aPathAboveTheLimitOfARequestLineIsTooLong() {
    String path = "/" + "a".repeat(1_000);
    ReadHead read =
        ReadHead.request(fields(":method GET|:scheme http|:authority x|:path " + path), limits(10));
    assertThat(requireNonNull(read.malformed()).status()).isEqualTo(414);
  }

  @Test
  void aTrailerAboveItsLimitIsMalformed() {
    assertThat(ReadHead.trailer(fields("a " + "b".repeat(100)), limits(10)).malformed()).isNull();
    assertThat(ReadHead.trailer(fields("a " + "b".repeat(200)), limits(10)).malformed())
        .isNotNull();
  }

  private static final String GET = ":method GET|:scheme http|:path /a?b|:authority x:1";

  /** Fields between bars, each a name, a space and a value. */
  private static Http2Headers fields(String text) {
    Http2Headers fields = new DefaultHttp2Headers(false);
    for (String field : text.split("\\|", -1)) {
      int space = field.indexOf(' ');
      fields.add(field.substring(0, space), field.substring(space + 1));
    }
    return fields;
  }

  private static Head taken(ReadHead read) {
    assertThat(read.malformed()).isNull();
    return requireNonNull(read.head());
  }

  private static List<String> lines(Head head) {
    return IntStream.range(0, head.fieldCount())
        .mapToObj(field -> head.name(field) + ": " + head.value(field))
        .toList();
  }

  private static Malformed refused(ReadHead read) {
    assertThat(read.head()).isNull();
    return requireNonNull(read.malformed());
  }

  @Test
  void aRequestIsOneOfHttp1() {
    Head head = taken(ReadHead.request(fields(GET + "|a b|c d e"), limits(10)));
    assertThat(head.method()).isEqualTo("GET");
    assertThat(head.target()).isEqualTo("/a?b");
    assertThat(head.minorVersion()).isEqualTo(1);
    assertThat(lines(head)).containsExactly("host: x:1", "a: b", "c: d e");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":method OPTIONS|:scheme http|:path *|:authority x",
        ":scheme https|:path /|:method GET|:authority x",
        ":method M-SEARCH|:scheme coap+tcp|:path /|:authority x",
        ":method GET|:scheme http|:path /|host x",
        GET + "|te trailers",
        GET + "|host X:1",
        GET + "|empty ",
        GET + "|a b|a b",
        ":method CONNECT|:authority x:443",
      })
  void whatMayComeIsTaken(String request) {
    assertThat(taken(ReadHead.request(fields(request), limits(10))).header("host")).startsWith("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Pseudo-headers, section 8.3
        ":scheme http|:path /|:authority x",
        ":method GET|:path /|:authority x",
        ":method GET|:scheme http|:authority x",
        ":method GET|:scheme http|:path |:authority x",
        ":method GET|:scheme http|:path a|:authority x",
        ":method GET|:scheme http|:path *|:authority x",
        ":method GET|:scheme http|:path http://x/|:authority x",
        ":method GET|:method GET|:scheme http|:path /|:authority x",
        ":method GET|:scheme http|:scheme http|:path /|:authority x",
        ":method GET|:scheme http|:path /|:path /|:authority x",
        ":method GET|:scheme http|:path /|:authority x|:authority x",
        GET + "|:status 200",
        GET + "|:protocol websocket",
        GET + "|: x",
        ":method CONNECT",
        // What would be another request in HTTP/1.1
        ":method |:scheme http|:path /|:authority x",
        ":method GE T|:scheme http|:path /|:authority x",
        ":method GET\r\nA: b|:scheme http|:path /|:authority x",
        ":method GET|:scheme http|:path / HTTP/1.1\r\nA: b|:authority x",
        ":method GET|:scheme http|:path /\u0000|:authority x",
        ":method GET|:scheme http|:path /|:authority x\r\nA: b",
        ":method GET|:scheme ht tp|:path /|:authority x",
        ":method GET|:scheme http://x|:path /|:authority x",
        // Fields of a connection, section 8.2.2
        GET + "|connection close",
        GET + "|connection x",
        GET + "|keep-alive timeout=5",
        GET + "|proxy-connection keep-alive",
        GET + "|transfer-encoding chunked",
        GET + "|upgrade h2c",
        GET + "|te gzip",
        GET + "|te trailers, deflate",
        // Names and values, section 8.2.1
        GET + "|Name x",
        GET + "|naMe x",
        GET + "| x",
        GET + "|na:me x",
        GET + "|n\u00e4me x",
        GET + "|na\u0000me x",
        GET + "|name\r\nx: y",
        GET + "|name x\r\ny: z",
        GET + "|name x\ny",
        GET + "|name x\u0000y",
        GET + "|name  x",
        GET + "|name x ",
        GET + "|name \tx",
        // Whose it is, section 8.3.1
        GET + "|host y",
        GET + "|host x",
      })
  void whatMayNotComeIsRefused(String request) {
    assertThat(refused(ReadHead.request(fields(request), limits(10))).status()).isEqualTo(400);
  }

  @Test
  void tooManyFieldsAreWorthAnAnswer() {
    assertThat(lines(taken(ReadHead.request(fields(GET + "|a b"), limits(2))))).hasSize(2);
    ReadHead read = ReadHead.request(fields(GET + "|a b|content-type d"), limits(2));
    assertThat(requireNonNull(read.malformed()).status()).isEqualTo(431);
    Head kept = requireNonNull(read.head());
    assertThat(kept.method()).isEqualTo("GET");
    assertThat(kept.path()).isEqualTo("/a");
    assertThat(lines(kept)).containsExactly("content-type: d");
  }

  @Test
  void theCrumbsOfCookieAreOneField() {
    assertThat(
            lines(taken(ReadHead.request(fields(GET + "|cookie a=1|x y|cookie b=2"), limits(10)))))
        .containsExactly("host: x:1", "x: y", "cookie: a=1; b=2");
  }

  @Test
  void aResponseIsOneOfHttp1() {
    Head head = taken(ReadHead.response(fields(":status 404|a b"), 10));
    assertThat(head.status()).isEqualTo(404);
    assertThat(lines(head)).containsExactly("a: b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        ":status ",
        ":status 20",
        ":status 2000",
        ":status 099",
        ":status 2 0",
        ":status +20",
        ":status 101",
        ":status 200|:status 200",
        ":status 200|:path /",
        ":status 200|connection close",
        ":status 200|transfer-encoding chunked",
        ":status 200|A b",
        ":status 200|a b\r\nc: d",
      })
  void aResponseThatIsNoneIsRefused(String response) {
    assertThat(refused(ReadHead.response(fields(response), 10)).reason()).isNotEmpty();
  }

  @Test
  void aTrailerIsFieldsAlone() {
    Head trailer = taken(ReadHead.trailer(fields("a b|c d"), limits(10)));
    assertThat(lines(trailer)).containsExactly("a: b", "c: d");
  }

  @ParameterizedTest
  @ValueSource(strings = {":status 200", "a b|:path /", "connection close", "A b", "a b\nc: d"})
  void aTrailerThatIsNoneIsRefused(String trailer) {
    assertThat(refused(ReadHead.trailer(fields(trailer), limits(10))).reason()).isNotEmpty();
  }
}
