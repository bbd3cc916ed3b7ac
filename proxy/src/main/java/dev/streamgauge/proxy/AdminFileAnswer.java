package dev.streamgauge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;

/** How a file of the live page is sent: compressed where that is taken, or not at all. */
record AdminFileAnswer(HttpResponseStatus status, HttpHeaders headers, ByteBuf body) {
  /** Nothing is loaded from elsewhere, run from within the page, or shown in another page. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  static AdminFileAnswer of(AdminFiles.Held file, HttpHeaders asked) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, file.contentType());
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-cache");
    headers.set(HttpHeaderNames.ETAG, file.tag());
    headers.set(HttpHeaderNames.VARY, "Accept-Encoding");
    guard(headers);
    if (matches(asked.get(HttpHeaderNames.IF_NONE_MATCH), file.tag())) {
      return new AdminFileAnswer(HttpResponseStatus.NOT_MODIFIED, headers, Unpooled.EMPTY_BUFFER);
    }
    if (takesGzip(asked.get(HttpHeaderNames.ACCEPT_ENCODING))) {
      headers.set(HttpHeaderNames.CONTENT_ENCODING, "gzip");
      return new AdminFileAnswer(
          HttpResponseStatus.OK, headers, Unpooled.wrappedBuffer(file.gzip()));
    }
    return new AdminFileAnswer(
        HttpResponseStatus.OK, headers, Unpooled.wrappedBuffer(file.plain()));
  }

  static void guard(HttpHeaders headers) {
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
  }

  /** The weak comparison of RFC 9110 section 8.8.3.2. */
  private static boolean matches(@Nullable String tags, String tag) {
    if (tags == null) {
      return false;
    }
    String strong = tag.substring("W/".length());
    for (String each : tags.split(",", -1)) {
      String one = each.strip();
      if (one.equals("*") || one.equals(tag) || one.equals(strong)) {
        return true;
      }
    }
    return false;
  }

  /** A weight of 0 is a refusal: RFC 9110 section 12.5.3. */
  private static boolean takesGzip(@Nullable String accepted) {
    if (accepted == null) {
      return false;
    }
    for (String each : accepted.split(",", -1)) {
      String[] parts = each.strip().split(";", -1);
      if (parts[0].strip().equalsIgnoreCase("gzip")) {
        String weight = parts.length > 1 ? parts[1].strip() : "";
        return !weight.matches("q=0(\\.0*)?");
      }
    }
    return false;
  }
}
