package dev.streamgauge.telemetry.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Writes a server's families in front of our own page. Left out is every family of which we have a
 * sample or the family itself: then ours is the one that a reader sees, on this page as on the
 * other.
 */
public final class PageWriter {
  private PageWriter() {}

  /**
   * Writes no end mark: more families follow.
   *
   * @param taken names of families and samples that follow
   */
  public static void write(EnginePage page, PageFormat format, Set<String> taken, OutputStream out)
      throws IOException {
    Predicate<Family> mine = family -> clash(family, taken);
    switch (format) {
      case TEXT, OPEN_METRICS -> new TextWriter(page, format, out).write(mine.negate());
      case PROTOBUF -> new ProtobufWriter(out).write(page, mine.negate());
    }
  }

  private static boolean clash(Family family, Set<String> taken) {
    if (taken.contains(family.name()) || taken.contains(nameInOpenMetrics(family))) {
      return true;
    }
    for (Sample sample : family.samples()) {
      if (taken.contains(sample.name())) {
        return true;
      }
    }
    return false;
  }

  private static String nameInOpenMetrics(Family family) {
    String suffix =
        switch (family.type()) {
          case COUNTER -> "_total";
          case INFO -> "_info";
          case GAUGE, HISTOGRAM, SUMMARY, STATE_SET, GAUGE_HISTOGRAM, UNKNOWN -> "";
        };
    String name = family.name();
    return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
  }
}
