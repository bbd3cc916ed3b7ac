package dev.streamgauge.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * The form in which a client likes its page of metrics best; equal forms may share one page.
 *
 * @param withEngine the engine's own page stands before ours
 */
public record PageForm(Format format, boolean gzip, boolean withEngine) {
  /** Of our own page. */
  public PageForm(Format format, boolean gzip) {
    this(format, gzip, false);
  }

  /** The formats of a page of metrics. */
  public enum Format {
    /** Version 0.0.4; for those who do not care. */
    TEXT,
    /** Version 1.0, with exemplars. */
    OPEN_METRICS,
    /** Length-delimited {@code io.prometheus.client.MetricFamily}. */
    PROTOBUF
  }

  /** As the two header fields ask for it; each is null where it was not sent. */
  public static PageForm of(@Nullable String accept, @Nullable String acceptEncoding) {
    return new PageForm(Preference.format(accept), Preference.gzip(acceptEncoding));
  }

  /** The same, of the page on which the engine's stands, too. */
  public PageForm withEnginePage() {
    return new PageForm(format, gzip, true);
  }

  /** The value of {@code Content-Encoding}, or null for none. */
  public @Nullable String contentEncoding() {
    return gzip ? "gzip" : null;
  }
}
