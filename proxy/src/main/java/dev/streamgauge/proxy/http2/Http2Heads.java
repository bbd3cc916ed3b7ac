package dev.streamgauge.proxy.http2;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadWriter;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Heads on their way out as HTTP/2's fields: names in lower case, none that belongs to a connection
 * (RFC 9113 section 8.2). Pure functions.
 */
public final class Http2Heads {
  private static final AsciiString TE = AsciiString.cached("te");
  private static final AsciiString TRAILERS = AsciiString.cached("trailers");
  private static final List<String> LENGTH = List.of("content-length");

  private Http2Heads() {}

  /**
   * The request head for the server.
   *
   * @param fallbackHost what a request without a host gets
   * @param dropped field names, in lower case, that are left out, or replaced in {@code added}
   */
  public static Http2Headers request(
      Head head,
      String scheme,
      String fallbackHost,
      List<String> dropped,
      List<HeadWriter.Field> added) {
    Http2Headers out = fields(head.fieldCount() + added.size() + 5);
    String authority = head.authority();
    out.method(head.method());
    out.scheme(scheme);
    out.authority(authority == null ? fallbackHost : authority);
    out.path(head.originTarget());
    copy(head, dropped, out);
    if (head.listsTrailers()) {
      out.add(TE, TRAILERS); // gRPC asks for it; we do pass trailers on
    }
    add(added, out);
    return out;
  }

  /**
   * The response head for the client.
   *
   * @param bodyless the status forbids a Content-Length
   */
  public static Http2Headers response(Head head, boolean bodyless, List<HeadWriter.Field> added) {
    Http2Headers out = fields(head.fieldCount() + added.size() + 1);
    out.status(Integer.toString(head.status()));
    copy(head, bodyless ? LENGTH : List.of(), out);
    add(added, out);
    return out;
  }

  /** Null if nothing is left of it. */
  public static @Nullable Http2Headers trailer(Head trailer) {
    Http2Headers out = fields(trailer.fieldCount());
    copy(trailer, LENGTH, out);
    return out.isEmpty() ? null : out;
  }

  private static Http2Headers fields(int sizeHint) {
    return new DefaultHttp2Headers(false, sizeHint);
  }

  private static void copy(Head head, List<String> dropped, Http2Headers out) {
    HeadWriter.endToEnd(
        head,
        dropped,
        (bytes, nameStart, nameEnd, valueStart, valueEnd) ->
            out.add(
                new AsciiString(bytes, nameStart, nameEnd - nameStart, true).toLowerCase(),
                new AsciiString(bytes, valueStart, valueEnd - valueStart, true)));
  }

  private static void add(List<HeadWriter.Field> added, Http2Headers out) {
    for (HeadWriter.Field field : added) {
      String name = field.name().toLowerCase(Locale.ROOT);
      if (!name.equals("connection")) {
        out.add(new AsciiString(name), new AsciiString(field.value()));
      }
    }
  }
}
