package dev.streamgauge.telemetry.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads length-delimited {@code io.prometheus.client.MetricFamily} messages (client_model's
 * metrics.proto), each as the samples that it would be in text. Native buckets have no such form:
 * they stay in the message, which is kept.
 */
final class ProtobufReader {
  private static final FamilyType[] TYPES = {
    FamilyType.COUNTER,
    FamilyType.GAUGE,
    FamilyType.SUMMARY,
    FamilyType.UNKNOWN,
    FamilyType.HISTOGRAM,
    FamilyType.GAUGE_HISTOGRAM
  };
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MILLIS_PER_SECOND = 1e3;

  private final ProtoCursor page;
  private final PageLimits limits;
  private final PageBuilder builder;

  ProtobufReader(byte[] page, PageLimits limits, PageBuilder builder) {
    this.page = ProtoCursor.of(page);
    this.limits = limits;
    this.builder = builder;
  }

  void read() {
    while (page.more() && !builder.full()) {
      ProtoCursor message = page.delimited();
      byte[] copy = message.copy();
      if (!page.broken()) {
        family(message, copy);
      }
    }
    if (page.broken()) {
      builder.malformed();
    } else if (page.more()) {
      builder.leftOut();
    }
  }

  private void family(ProtoCursor message, byte[] copy) {
    String name = "";
    String help = "";
    String unit = "";
    int type = 0;
    List<ProtoCursor> metrics = new ArrayList<>();
    while (message.more()) {
      switch (message.field()) {
        case 1 -> name = message.text();
        case 2 -> help = message.text();
        case 3 -> type = (int) message.number();
        case 4 -> metrics.add(message.message());
        case 5 -> unit = message.text();
        default -> message.skip();
      }
    }
    boolean known = type >= 0 && type < TYPES.length;
    if (!known || !NameRules.allows(name, true) || name.length() > limits.labelBytesMax()) {
      builder.malformed();
      return;
    }
    builder.message(name, copy);
    builder.type(name, TYPES[type]);
    describe(name, help, unit);
    metrics.forEach(new FamilySamples(name, TYPES[type])::read);
    if (page.broken()) {
      builder.notAsItCame(name);
    }
  }

  private void describe(String name, String help, String unit) {
    if (!help.isEmpty()) {
      builder.help(name, help);
    }
    if (!unit.isEmpty()) {
      builder.unit(name, unit);
    }
  }

  private @Nullable SampleLabels labels(List<String> pairs) {
    for (int i = 0; i < pairs.size(); i++) {
      if (pairs.get(i).length() > limits.labelBytesMax()) {
        return null;
      }
      if (i % 2 == 0 && !NameRules.allows(pairs.get(i), false)) {
        return null;
      }
    }
    return pairs.size() > 2 * limits.labelsMax() ? null : SampleLabels.sorted(pairs);
  }

  private static void label(ProtoCursor pair, List<String> pairs) {
    String name = "";
    String value = "";
    while (pair.more()) {
      switch (pair.field()) {
        case 1 -> name = pair.text();
        case 2 -> value = pair.text();
        default -> pair.skip();
      }
    }
    pairs.add(name);
    pairs.add(value);
  }

  private static double time(ProtoCursor message) {
    double seconds = 0;
    while (message.more()) {
      switch (message.field()) {
        case 1 -> seconds += message.count();
        case 2 -> seconds += message.count() / NANOS_PER_SECOND;
        default -> message.skip();
      }
    }
    return seconds;
  }

  /** The metrics of one family, each as samples. */
  private final class FamilySamples {
    private final String name;
    private final String count;
    private final String sum;
    private final @Nullable String partLabel;
    private final List<Sample> samples = new ArrayList<>();

    private FamilySamples(String name, FamilyType type) {
      boolean gauge = type == FamilyType.GAUGE_HISTOGRAM;
      this.name = name;
      this.count = gauge ? "_gcount" : "_count";
      this.sum = gauge ? "_gsum" : "_sum";
      this.partLabel = type.partLabel();
    }

    private void read(ProtoCursor metric) {
      List<String> pairs = new ArrayList<>();
      Double time = null;
      samples.clear();
      while (metric.more()) {
        switch (metric.field()) {
          case 1 -> label(metric.message(), pairs);
          case 2, 3, 5 -> simple(metric.message());
          case 4 -> summary(metric.message());
          case 6 -> time = metric.count() / MILLIS_PER_SECOND;
          case 7 -> histogram(metric.message());
          default -> metric.skip();
        }
      }
      SampleLabels labels = labels(pairs);
      boolean ownPart = labels != null && partLabel != null && labels.value(partLabel) != null;
      boolean whole = labels != null && !ownPart && !metric.broken();
      if (labels == null || !whole) {
        builder.malformed();
      } else {
        for (Sample each : samples) {
          whole &= builder.sample(labelled(each, labels, time));
        }
      }
      if (!whole) {
        builder.notAsItCame(name);
      }
    }

    private Sample labelled(Sample sample, SampleLabels labels, @Nullable Double time) {
      SampleLabels all = labels;
      for (int i = 0; i < sample.labels().size(); i++) {
        all = all.with(sample.labels().name(i), sample.labels().value(i));
      }
      return new Sample(sample.name(), all, sample.value(), time, sample.exemplar());
    }

    private void add(String suffix, double value) {
      samples.add(new Sample(name + suffix, SampleLabels.NONE, value, null, null));
    }

    /** A gauge, counter or untyped: they number their fields alike. */
    private void simple(ProtoCursor message) {
      double value = 0;
      Sample.Exemplar exemplar = null;
      while (message.more()) {
        switch (message.field()) {
          case 1 -> value = message.fraction();
          case 2 -> exemplar = exemplar(message.message());
          default -> message.skip();
        }
      }
      samples.add(new Sample(name, SampleLabels.NONE, value, null, exemplar));
    }

    private void summary(ProtoCursor message) {
      while (message.more()) {
        switch (message.field()) {
          case 1 -> add(count, message.count());
          case 2 -> add(sum, message.fraction());
          case 3 -> quantile(message.message());
          default -> message.skip();
        }
      }
    }

    private void quantile(ProtoCursor message) {
      double quantile = 0;
      double value = 0;
      while (message.more()) {
        switch (message.field()) {
          case 1 -> quantile = message.fraction();
          case 2 -> value = message.fraction();
          default -> message.skip();
        }
      }
      SampleLabels label = new SampleLabels(List.of("quantile", NumberText.of(quantile)));
      samples.add(new Sample(name, label, value, null, null));
    }

    /** The infinite bucket may be left out; text has it always. */
    private void histogram(ProtoCursor message) {
      double observations = 0;
      double total = 0;
      boolean infinite = false;
      while (message.more()) {
        switch (message.field()) {
          case 1 -> observations = message.count();
          case 2 -> total = message.fraction();
          case 3 -> infinite |= bucket(message.message());
          case 4 -> observations = message.fraction();
          default -> message.skip();
        }
      }
      if (!infinite) {
        SampleLabels all = new SampleLabels(List.of("le", "+Inf"));
        samples.add(new Sample(name + "_bucket", all, observations, null, null));
      }
      add(count, observations);
      add(sum, total);
    }

    private boolean bucket(ProtoCursor message) {
      double count = 0;
      double bound = 0;
      Sample.Exemplar exemplar = null;
      while (message.more()) {
        switch (message.field()) {
          case 1 -> count = message.count();
          case 2 -> bound = message.fraction();
          case 3 -> exemplar = exemplar(message.message());
          case 4 -> count = message.fraction();
          default -> message.skip();
        }
      }
      SampleLabels label = new SampleLabels(List.of("le", NumberText.of(bound)));
      samples.add(new Sample(name + "_bucket", label, count, null, exemplar));
      return bound == Double.POSITIVE_INFINITY;
    }

    /** Null where it must not be: the sample stays. */
    private Sample.@Nullable Exemplar exemplar(ProtoCursor message) {
      List<String> pairs = new ArrayList<>();
      double value = 0;
      Double time = null;
      while (message.more()) {
        switch (message.field()) {
          case 1 -> label(message.message(), pairs);
          case 2 -> value = message.fraction();
          case 3 -> time = time(message.message());
          default -> message.skip();
        }
      }
      SampleLabels labels = labels(pairs);
      if (labels == null) {
        builder.malformed();
        builder.notAsItCame(name);
        return null;
      }
      return new Sample.Exemplar(labels, value, time);
    }
  }
}
