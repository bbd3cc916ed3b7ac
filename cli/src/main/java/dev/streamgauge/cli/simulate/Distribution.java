package dev.streamgauge.cli.simulate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Where numbers are drawn from. Durations are drawn in nanoseconds, counts in ones. Never negative.
 */
public sealed interface Distribution {
  /** One value, at least 0. */
  double sample(RandomGenerator random);

  default long sampleLong(RandomGenerator random) {
    return Math.round(sample(random));
  }

  record Fixed(double value) implements Distribution {
    @Override
    public double sample(RandomGenerator random) {
      return value;
    }
  }

  record Uniform(double low, double high) implements Distribution {
    @Override
    public double sample(RandomGenerator random) {
      return low + random.nextDouble() * (high - low);
    }
  }

  /** Values below 0 become 0. */
  record Normal(double mean, double deviation) implements Distribution {
    @Override
    public double sample(RandomGenerator random) {
      return Math.max(0, mean + deviation * random.nextGaussian());
    }
  }

  /** {@code sigma} is the deviation of the logarithm. */
  record LogNormal(double median, double sigma) implements Distribution {
    @Override
    public double sample(RandomGenerator random) {
      return median * Math.exp(sigma * random.nextGaussian());
    }
  }

  record Exponential(double mean) implements Distribution {
    @Override
    public double sample(RandomGenerator random) {
      return mean * random.nextExponential();
    }
  }

  static Distribution fixed(Duration value) {
    return new Fixed(value.toNanos());
  }

  static Distribution fixed(long count) {
    return new Fixed(count);
  }

  /**
   * Reads {@code 50ms}, {@code fixed(50ms)}, {@code uniform(10ms,90ms)}, {@code normal(50ms,10ms)},
   * {@code lognormal(50ms,0.5)} or {@code exponential(50ms)}.
   *
   * @throws IllegalArgumentException with what was expected
   */
  static Distribution ofDurations(String text) {
    return parse(text, Distribution::nanos);
  }

  /** The same for plain numbers: {@code 128}, {@code uniform(10,200)}. */
  static Distribution ofCounts(String text) {
    return parse(text, Distribution::number);
  }

  /** What one number means. */
  @FunctionalInterface
  interface NumberReader {
    double read(String text);
  }

  private static Distribution parse(String text, NumberReader reader) {
    String trimmed = text.strip().toLowerCase(Locale.ROOT);
    int open = trimmed.indexOf('(');
    if (open < 0) {
      return new Fixed(reader.read(trimmed));
    }
    if (!trimmed.endsWith(")")) {
      throw new IllegalArgumentException(text + ": no closing bracket");
    }
    List<String> values = split(trimmed.substring(open + 1, trimmed.length() - 1));
    return named(trimmed.substring(0, open), values, reader);
  }

  private static Distribution named(String name, List<String> values, NumberReader reader) {
    return switch (name) {
      case "fixed" -> new Fixed(reader.read(value(name, values, 0, 1)));
      case "uniform" ->
          ordered(reader.read(value(name, values, 0, 2)), reader.read(value(name, values, 1, 2)));
      case "normal" ->
          new Normal(
              reader.read(value(name, values, 0, 2)), reader.read(value(name, values, 1, 2)));
      case "lognormal" ->
          new LogNormal(reader.read(value(name, values, 0, 2)), number(value(name, values, 1, 2)));
      case "exponential" -> new Exponential(reader.read(value(name, values, 0, 1)));
      default ->
          throw new IllegalArgumentException(
              name + ": unknown (expected: fixed, uniform, normal, lognormal, exponential)");
    };
  }

  private static Distribution ordered(double low, double high) {
    if (low > high) {
      throw new IllegalArgumentException("uniform: the lower bound is above the upper one");
    }
    return new Uniform(low, high);
  }

  private static String value(String name, List<String> values, int index, int count) {
    if (values.size() != count) {
      throw new IllegalArgumentException(
          name + ": " + values.size() + " values (expected: " + count + ")");
    }
    return values.get(index);
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int comma = text.indexOf(','); comma >= 0; comma = text.indexOf(',', start)) {
      parts.add(text.substring(start, comma).strip());
      start = comma + 1;
    }
    parts.add(text.substring(start).strip());
    return parts;
  }

  /** Nanoseconds of {@code 2s}, {@code 50ms}, {@code 1.5ms}, {@code 20us}, {@code 1m} or 0. */
  static double nanos(String text) {
    int unitStart = text.length();
    while (unitStart > 0 && Character.isLetter(text.charAt(unitStart - 1))) {
      unitStart--;
    }
    double value = number(text.substring(0, unitStart));
    String unit = text.substring(unitStart);
    return switch (unit) {
      case "ns" -> value;
      case "us" -> value * 1e3;
      case "ms" -> value * 1e6;
      case "s" -> value * 1e9;
      case "m" -> value * 60e9;
      default -> {
        if (unit.isEmpty() && value == 0) {
          yield 0;
        }
        throw new IllegalArgumentException(text + ": no duration (expected: as 50ms, 2s, 20us)");
      }
    };
  }

  private static double number(String text) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(text + ": no number", e);
    }
    if (!(value >= 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(text + ": not a number >= 0");
    }
    return value;
  }
}
