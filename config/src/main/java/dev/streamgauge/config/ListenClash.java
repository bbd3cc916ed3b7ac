package dev.streamgauge.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Two addresses of one process of which the second could not be had beside the first. */
public final class ListenClash {
  private static final List<String> WILDCARDS = List.of("0.0.0.0", "::");

  private ListenClash() {}

  /**
   * The problem of two options that want the same address, said of the second; null where there is
   * none. What only the machine knows, such as what a name stands for, shows when it listens.
   */
  public static @Nullable Problem find(
      Reading reading, Option<?> first, HostPort one, Option<?> second, HostPort other) {
    if (!clash(one, other)) {
      return null;
    }
    Source from = reading.source(first);
    String expected =
        "another address than %s, which is %s %s"
            .formatted(from.keyOf(first), Problem.quoted(one.toString()), from.place());
    return Problem.unusable(second, other.toString(), reading.source(second), expected);
  }

  static void report(Reading reading) {
    List<HostPort> listen = reading.get(ProxyOptions.LISTEN);
    HostPort admin = reading.get(ProxyOptions.ADMIN);
    for (int i = 0; i < listen.size(); i++) {
      for (HostPort later : listen.subList(i + 1, listen.size())) {
        report(reading, listen.get(i), ProxyOptions.LISTEN, later);
      }
      report(reading, listen.get(i), ProxyOptions.ADMIN, admin);
    }
  }

  private static void report(Reading reading, HostPort one, Option<?> option, HostPort other) {
    Problem problem = find(reading, ProxyOptions.LISTEN, one, option, other);
    if (problem != null) {
      reading.report(problem);
    }
  }

  private static boolean clash(HostPort one, HostPort other) {
    if (one.port() != other.port() || one.port() == 0) {
      return false;
    }
    return one.host().equals(other.host())
        || (sameFamily(one, other)
            && (WILDCARDS.contains(one.host()) || WILDCARDS.contains(other.host())));
  }

  /** A name counts as IPv4, as it mostly is. */
  private static boolean sameFamily(HostPort one, HostPort other) {
    return (one.host().indexOf(':') >= 0) == (other.host().indexOf(':') >= 0);
  }
}
