package dev.streamgauge.telemetry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** A page of metrics as a client gets it. */
@SuppressWarnings("ArrayRecordComponent") // a response body; never compared
record Rendered(String contentType, @Nullable String contentEncoding, byte[] body) {

  static Rendered by(
      Telemetry telemetry, @Nullable String accept, @Nullable String acceptEncoding) {
    PageForm form = PageForm.of(accept, acceptEncoding);
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try {
      telemetry.render(form, page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Rendered(telemetry.contentType(form), form.contentEncoding(), page.toByteArray());
  }
}
