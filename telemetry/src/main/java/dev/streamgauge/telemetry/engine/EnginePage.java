package dev.streamgauge.telemetry.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server's page, read: each family once, each sample once.
 *
 * @param families those that have samples, in the order of the page
 * @param malformed lines, or messages, that could not be read
 * @param leftOut what was more than a limit
 * @param duplicates samples that had come before
 */
public record EnginePage(List<Family> families, int malformed, int leftOut, int duplicates) {
  public EnginePage {
    families = List.copyOf(families);
  }

  /** Reads a page, whatever is wrong with it. */
  public static EnginePage read(byte[] page, PageFormat format, PageLimits limits) {
    PageBuilder builder = new PageBuilder(limits);
    switch (format) {
      case TEXT -> new TextReader(page, false, limits, builder).read();
      case OPEN_METRICS -> new TextReader(page, true, limits, builder).read();
      case PROTOBUF -> new ProtobufReader(page, limits, builder).read();
    }
    return builder.build();
  }

  /** The family of this name, also where the page has its colon as an underscore. */
  @Nullable Family family(String name) {
    Family exact = exactly(name);
    return exact == null && name.indexOf(':') >= 0 ? exactly(escaped(name)) : exact;
  }

  /** As Python's client writes a name in OpenMetrics for those who name no escaping. */
  static String escaped(String name) {
    return name.replace(':', '_');
  }

  private @Nullable Family exactly(String name) {
    for (Family each : families) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return null;
  }

  /** Whether a family's name begins so, also where its colon is an underscore. */
  public boolean hasFamilyOf(String prefix) {
    String escaped = escaped(prefix);
    for (Family each : families) {
      if (each.name().startsWith(prefix) || each.name().startsWith(escaped)) {
        return true;
      }
    }
    return false;
  }
}
