package dev.streamgauge.proxy.http2;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadBuilder;
import dev.streamgauge.proxy.http1.HttpLimit;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.http1.Malformed;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A head that came as HTTP/2's fields, read by the rules of RFC 9113 section 8 and then by those of
 * HTTP/1.1, so that what passes means the same to a server of either.
 *
 * @param head null if it is malformed; where it is only too large, or asks for what is not offered,
 *     what its refusal needs of it
 */
public record ReadHead(@Nullable Head head, @Nullable Malformed malformed) {
  private static final AsciiString METHOD = AsciiString.cached(":method");
  private static final AsciiString SCHEME = AsciiString.cached(":scheme");
  private static final AsciiString PATH = AsciiString.cached(":path");
  private static final AsciiString AUTHORITY = AsciiString.cached(":authority");
  private static final AsciiString STATUS = AsciiString.cached(":status");
  private static final AsciiString PROTOCOL = AsciiString.cached(":protocol");
  private static final String CONNECT = "CONNECT";

  /** We never send SETTINGS_ENABLE_CONNECT_PROTOCOL: a client that reads it does not ask. */
  private static final String UPGRADE =
      "an extended CONNECT (WebSocket over HTTP/2, RFC 8441) is not offered";

  /** Of a field in HTTP/1.1 beside its name and value. */
  private static final int FIELD_BYTES = 4;

  /** What a refusal needs of a head beside its method and path. */
  private static final List<String> KEPT =
      List.of("content-type", "x-request-id", "traceparent", "tracestate");

  private static final int KEPT_FIELDS_MAX = 16;
  private static final int KEPT_METHOD_BYTES_MAX = 64;
  private static final int KEPT_PATH_BYTES_MAX = 1_024;

  /** What came as a request. */
  public static ReadHead request(Http2Headers fields, HttpLimits limits) {
    CharSequence method = fields.method();
    if (method != null && CONNECT.contentEquals(method) && fields.contains(PROTOCOL)) {
      return new ReadHead(kept(fields), new Malformed(400, UPGRADE));
    }
    ReadHead read =
        cut(fields) ? new ReadHead(null, tooLarge(false, limits)) : whole(fields, limits);
    Malformed wrong = read.malformed();
    boolean known = wrong != null && wrong.limit() != null;
    return known ? new ReadHead(kept(fields), wrong) : read;
  }

  private static boolean cut(Http2Headers fields) {
    return fields instanceof ClientFields ofClient && ofClient.cut();
  }

  /** Null where not even that can be told. */
  private static @Nullable Head kept(Http2Headers fields) {
    CharSequence method = fields.method();
    CharSequence path = fields.path();
    if (method == null || method.length() > KEPT_METHOD_BYTES_MAX || path == null) {
      return null;
    }
    int length = Math.min(path.length(), KEPT_PATH_BYTES_MAX);
    HeadBuilder head = HeadBuilder.request(method, path.subSequence(0, length), KEPT_FIELDS_MAX);
    for (String name : KEPT) {
      fields.getAll(name).forEach(value -> head.field(name, value));
    }
    return head.malformed() == null ? head.head() : null;
  }

  private static ReadHead whole(Http2Headers fields, HttpLimits limits) {
    CharSequence method = fields.method();
    CharSequence authority = fields.authority();
    String wrong = pseudo(fields, true);
    if (wrong != null || method == null) {
      return refused(wrong == null ? "no method" : wrong);
    }
    boolean connect = AsciiString.contentEquals(method, CONNECT);
    CharSequence target = connect ? authority : fields.path();
    if (target == null || (!connect && !isOrigin(target, method))) {
      return refused("the path is none");
    }
    if (!connect && !isScheme(fields.scheme())) {
      return refused("the scheme is none");
    }
    if (target.length() + method.length() + 1 > limits.startLineBytesMax()) {
      String large = "the start line is longer than " + limits.startLineBytesMax() + " bytes";
      return new ReadHead(null, new Malformed(414, large, HttpLimit.START_LINE));
    }
    HeadBuilder head = HeadBuilder.request(method, target, limits.fieldsMax());
    if (authority != null) {
      head.field("host", authority);
    }
    wrong = copy(fields, authority, head);
    return wrong == null ? done(head) : refused(wrong);
  }

  /** What came as a response, interim or final. */
  public static ReadHead response(Http2Headers fields, int fieldsMax) {
    int status = status(fields.status());
    String wrong = pseudo(fields, false);
    if (wrong != null || status < 0) {
      return refused(wrong == null ? "the status is none" : wrong);
    }
    if (status == 101) {
      return refused("101 has no place in HTTP/2"); // RFC 9113 section 8.6
    }
    HeadBuilder head = HeadBuilder.response(status, fieldsMax);
    wrong = copy(fields, null, head);
    return wrong == null ? done(head) : refused(wrong);
  }

  /** What came behind a body. */
  public static ReadHead trailer(Http2Headers fields, HttpLimits limits) {
    HeadBuilder head = HeadBuilder.trailer(limits.fieldsMax());
    long bytes = 0;
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      if (isPseudo(field.getKey())) {
        return refused("a trailer has a pseudo-header");
      }
      bytes += field.getKey().length() + field.getValue().length() + FIELD_BYTES;
    }
    if (cut(fields) || bytes > limits.trailerBytesMax()) {
      return new ReadHead(null, tooLarge(true, limits));
    }
    String wrong = copy(fields, null, head);
    return wrong == null ? done(head) : refused(wrong);
  }

  /** What is wrong with a head or a trailer of which there is too much to be told. */
  public static Malformed tooLarge(boolean trailer, HttpLimits limits) {
    return trailer
        ? new Malformed(
            400,
            "the trailers are longer than " + limits.trailerBytesMax() + " bytes",
            HttpLimit.TRAILERS)
        : new Malformed(
            431, "the head is longer than " + limits.headBytesMax() + " bytes", HttpLimit.HEAD);
  }

  private static ReadHead done(HeadBuilder built) {
    Malformed malformed = built.malformed();
    return malformed == null ? new ReadHead(built.head(), null) : new ReadHead(null, malformed);
  }

  private static ReadHead refused(String reason) {
    return new ReadHead(null, new Malformed(400, reason));
  }

  /** RFC 9113 section 8.3: only known ones, none twice, all before the other fields. */
  private static @Nullable String pseudo(Http2Headers fields, boolean request) {
    boolean others = false;
    int seen = 0;
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      CharSequence name = field.getKey();
      if (!isPseudo(name)) {
        others = true;
        continue;
      }
      int bit = bit(name, request);
      if (others || bit == 0 || (seen & bit) != 0) {
        return "a pseudo-header is unknown, doubled or out of place";
      }
      seen |= bit;
    }
    return null;
  }

  private static int bit(CharSequence name, boolean request) {
    if (!request) {
      return STATUS.contentEquals(name) ? 1 : 0;
    }
    if (METHOD.contentEquals(name)) {
      return 1;
    }
    if (SCHEME.contentEquals(name)) {
      return 2;
    }
    if (PATH.contentEquals(name)) {
      return 4;
    }
    return AUTHORITY.contentEquals(name) ? 8 : 0;
  }

  private static boolean isPseudo(CharSequence name) {
    return !name.isEmpty() && name.charAt(0) == ':';
  }

  private static boolean isOrigin(CharSequence path, CharSequence method) {
    if (path.isEmpty()) {
      return false;
    }
    boolean asterisk = path.length() == 1 && path.charAt(0) == '*';
    return path.charAt(0) == '/' || (asterisk && AsciiString.contentEquals(method, "OPTIONS"));
  }

  /** RFC 3986 section 3.1. */
  private static boolean isScheme(@Nullable CharSequence scheme) {
    if (scheme == null || scheme.isEmpty()) {
      return false;
    }
    boolean good = isLetter(scheme.charAt(0));
    for (int i = 1; good && i < scheme.length(); i++) {
      char c = scheme.charAt(i);
      good = isLetter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    }
    return good;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** Exactly three digits, from 100 on. */
  private static int status(@Nullable CharSequence text) {
    if (text == null || text.length() != 3 || text.charAt(0) < '1') {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < 3; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  /**
   * All but the pseudo-headers, and the crumbs of Cookie as one field (RFC 9113 section 8.2.3).
   *
   * @param authority which a Host has to repeat, if there is one
   */
  private static @Nullable String copy(
      Http2Headers fields, @Nullable CharSequence authority, HeadBuilder head) {
    StringBuilder cookie = null;
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      CharSequence name = field.getKey();
      CharSequence value = field.getValue();
      if (isPseudo(name)) {
        continue;
      }
      if (ofConnection(name, value) || hasCapital(name)) {
        return "a field is of a connection, or its name is no lower case";
      }
      if (AsciiString.contentEquals(name, "cookie")) {
        cookie = cookie == null ? new StringBuilder() : cookie.append("; ");
        cookie.append(value);
      } else if (authority != null && AsciiString.contentEquals(name, "host")) {
        if (!AsciiString.contentEqualsIgnoreCase(authority, value)) {
          return "Host is another than the authority";
        }
      } else {
        head.field(name, value);
      }
    }
    if (cookie != null) {
      head.field("cookie", cookie);
    }
    return null;
  }

  /** RFC 9113 section 8.2.2. */
  private static boolean ofConnection(CharSequence name, CharSequence value) {
    return switch (name.length()) {
      case 2 ->
          AsciiString.contentEquals(name, "te") && !AsciiString.contentEquals(value, "trailers");
      case 7 -> AsciiString.contentEquals(name, "upgrade");
      case 10 ->
          AsciiString.contentEquals(name, "connection")
              || AsciiString.contentEquals(name, "keep-alive");
      case 16 -> AsciiString.contentEquals(name, "proxy-connection");
      case 17 -> AsciiString.contentEquals(name, "transfer-encoding");
      default -> false;
    };
  }

  private static boolean hasCapital(CharSequence name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) >= 'A' && name.charAt(i) <= 'Z') {
        return true;
      }
    }
    return false;
  }
}
