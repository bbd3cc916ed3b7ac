package dev.streamgauge.cli.demo;

import dev.streamgauge.config.DurationValue;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.HostPortValue;
import dev.streamgauge.config.Option;
import dev.streamgauge.config.OptionSet;
import dev.streamgauge.config.OrOff;
import dev.streamgauge.config.ProxyOptions;
import dev.streamgauge.config.WholeNumber;
import java.time.Duration;
import java.util.List;

/** The options of {@code streamgauge demo}, in the order of its help. */
final class DemoOptions {
  private static final DurationValue INTERVALS =
      new DurationValue(Duration.ofMillis(100), Duration.ofHours(1));

  static final Option<HostPort> LISTEN =
      Option.one(
          "listen", new HostPortValue(), "127.0.0.1:0", "Where the proxy listens; 0: a free port");
  static final Option<HostPort> ADMIN =
      Option.one(
          "admin",
          new HostPortValue(),
          "127.0.0.1:0",
          "Where metrics and health are served; 0: a free port");
  static final Option<Integer> RATE =
      Option.one("rate", new WholeNumber(1, 200), "4", "Requests a second, on average");
  static final Option<Duration> INTERVAL =
      Option.one("interval", INTERVALS, "1s", "How often the table is refreshed");
  static final Option<OrOff.Switched<Duration>> DURATION =
      Option.one(
          "duration",
          new OrOff<>(DurationValue.positive()),
          "off",
          "After which it ends by itself; off: when it is interrupted");

  static final OptionSet ALL =
      OptionSet.of(List.of(LISTEN, ADMIN, RATE, INTERVAL, DURATION, ProxyOptions.CONFIG));

  private DemoOptions() {}
}
