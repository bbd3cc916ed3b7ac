package dev.streamgauge.telemetry.engine;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Families as length-delimited messages of client_model's metrics.proto. What came in protobuf goes
 * as it came; what came as text has its samples put together to metrics again.
 */
final class ProtobufWriter {
  private static final double MILLIS_PER_SECOND = 1e3;

  private final OutputStream out;

  ProtobufWriter(OutputStream out) {
    this.out = out;
  }

  void write(EnginePage page, Predicate<Family> wanted) throws IOException {
    for (Family family : page.families()) {
      if (wanted.test(family)) {
        byte[] asItCame = family.message();
        ProtoMessage message = asItCame == null ? message(family) : ProtoMessage.of(asItCame);
        message.writeDelimited(out);
      }
    }
  }

  private static ProtoMessage message(Family family) {
    ProtoMessage message = new ProtoMessage().text(1, family.name());
    String help = family.help();
    if (help != null) {
      message.text(2, help);
    }
    message.number(3, type(family.type()));
    for (Map.Entry<SampleLabels, List<Sample>> each : metrics(family).entrySet()) {
      message.message(4, metric(family, each.getKey(), each.getValue()));
    }
    String unit = family.unit();
    return unit == null ? message : message.text(5, unit);
  }

  /** As MetricType numbers them; what it does not know is a gauge in the older text, too. */
  private static int type(FamilyType type) {
    return switch (type) {
      case COUNTER -> 0;
      case GAUGE, INFO, STATE_SET -> 1;
      case SUMMARY -> 2;
      case UNKNOWN -> 3;
      case HISTOGRAM -> 4;
      case GAUGE_HISTOGRAM -> 5;
    };
  }

  private static Map<SampleLabels, List<Sample>> metrics(Family family) {
    String part = family.type().partLabel();
    Map<SampleLabels, List<Sample>> metrics = new LinkedHashMap<>();
    for (Sample each : family.samples()) {
      SampleLabels whole = part == null ? each.labels() : each.labels().without(part);
      metrics.computeIfAbsent(whole, _ -> new ArrayList<>()).add(each);
    }
    return metrics;
  }

  private static ProtoMessage metric(Family family, SampleLabels labels, List<Sample> samples) {
    ProtoMessage metric = new ProtoMessage();
    labels(metric, labels);
    switch (family.type()) {
      case COUNTER -> metric.message(3, simple(samples, true));
      case GAUGE, INFO, STATE_SET -> metric.message(2, simple(samples, false));
      case UNKNOWN -> metric.message(5, simple(samples, false));
      case SUMMARY -> metric.message(4, summary(samples));
      case HISTOGRAM, GAUGE_HISTOGRAM -> metric.message(7, histogram(samples));
    }
    Double time = samples.getFirst().timeSeconds();
    return time == null ? metric : metric.number(6, Math.round(time * MILLIS_PER_SECOND));
  }

  private static void labels(ProtoMessage message, SampleLabels labels) {
    for (int i = 0; i < labels.size(); i++) {
      message.message(1, new ProtoMessage().text(1, labels.name(i)).text(2, labels.value(i)));
    }
  }

  private static ProtoMessage simple(List<Sample> samples, boolean counter) {
    ProtoMessage message = new ProtoMessage();
    for (Sample each : samples) {
      if (counter && each.name().endsWith("_created")) {
        message.message(3, time(each.value()));
      } else {
        message.fraction(1, each.value());
        if (counter) {
          exemplar(message, 2, each);
        }
      }
    }
    return message;
  }

  private static ProtoMessage summary(List<Sample> samples) {
    ProtoMessage message = new ProtoMessage();
    for (Sample each : samples) {
      Double quantile = number(each.labels().value("quantile"));
      if (quantile != null) {
        message.message(3, new ProtoMessage().fraction(1, quantile).fraction(2, each.value()));
      } else if (each.name().endsWith("_count")) {
        message.number(1, (long) each.value());
      } else if (each.name().endsWith("_sum")) {
        message.fraction(2, each.value());
      } else if (each.name().endsWith("_created")) {
        message.message(4, time(each.value()));
      }
    }
    return message;
  }

  private static ProtoMessage histogram(List<Sample> samples) {
    ProtoMessage message = new ProtoMessage();
    for (Sample each : samples) {
      Double bound = number(each.labels().value("le"));
      if (bound != null) {
        ProtoMessage bucket = new ProtoMessage().number(1, (long) each.value()).fraction(2, bound);
        exemplar(bucket, 3, each);
        message.message(3, bucket);
      } else if (each.name().endsWith("count")) {
        message.number(1, (long) each.value());
      } else if (each.name().endsWith("sum")) {
        message.fraction(2, each.value());
      } else if (each.name().endsWith("_created")) {
        message.message(15, time(each.value()));
      }
    }
    return message;
  }

  private static void exemplar(ProtoMessage message, int field, Sample sample) {
    Sample.Exemplar exemplar = sample.exemplar();
    if (exemplar != null) {
      ProtoMessage nested = new ProtoMessage();
      labels(nested, exemplar.labels());
      nested.fraction(2, exemplar.value());
      Double time = exemplar.timeSeconds();
      message.message(field, time == null ? nested : nested.message(3, time(time)));
    }
  }

  /** A google.protobuf.Timestamp. */
  private static ProtoMessage time(double seconds) {
    long whole = (long) Math.floor(seconds);
    return new ProtoMessage().number(1, whole).number(2, Math.round((seconds - whole) * 1e9));
  }

  private static @Nullable Double number(@Nullable String text) {
    return text == null ? null : NumberText.parse(text);
  }
}
