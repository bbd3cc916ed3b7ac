package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.PageForm.Format;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a client likes best, by the weights of RFC 9110, section 12.4.2. */
final class Preference {
  private Preference() {}

  /** The format with the highest weight; of equal ones the first that was named. */
  static Format format(@Nullable String accept) {
    Format best = Format.TEXT;
    double bestWeight = 0;
    for (String each : items(accept)) {
      Format format = formatOf(each);
      double weight = format == null ? 0 : weight(each);
      if (format != null && weight > bestWeight) {
        best = format;
        bestWeight = weight;
      }
    }
    return best;
  }

  static boolean gzip(@Nullable String acceptEncoding) {
    for (String each : items(acceptEncoding)) {
      if (each.startsWith("gzip") && weight(each) > 0) {
        return true;
      }
    }
    return false;
  }

  private static String[] items(@Nullable String header) {
    return header == null
        ? new String[0]
        : header.toLowerCase(Locale.ROOT).replace(" ", "").split(",", -1);
  }

  private static @Nullable Format formatOf(String item) {
    if (item.startsWith("application/vnd.google.protobuf")) {
      boolean delimited = !item.contains("encoding=") || item.contains("encoding=delimited");
      return delimited ? Format.PROTOBUF : null;
    }
    if (item.startsWith("application/openmetrics-text")) {
      return item.contains("version=0.") ? null : Format.OPEN_METRICS;
    }
    return item.startsWith("text/plain") || item.startsWith("*/*") || item.startsWith("text/*")
        ? Format.TEXT
        : null;
  }

  private static double weight(String item) {
    int at = item.indexOf(";q=");
    if (at < 0) {
      return 1;
    }
    int end = item.indexOf(';', at + 3);
    try {
      return Double.parseDouble(item.substring(at + 3, end < 0 ? item.length() : end));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
