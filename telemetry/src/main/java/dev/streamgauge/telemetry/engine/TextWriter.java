package dev.streamgauge.telemetry.engine;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Families as text 0.0.4 or OpenMetrics 1.0. What the older format has no type for is written as
 * its clients' libraries do: infos and state sets as gauges, times of creation as gauges of their
 * own.
 */
final class TextWriter {
  private static final String TOTAL = "_total";
  private static final String INFO = "_info";
  private static final String CREATED = "_created";
  private static final double MILLIS_PER_SECOND = 1e3;

  /** OpenMetrics 1.0, "Exemplars": no other types may have them. */
  private static final Set<String> EXEMPLIFIED =
      Set.of(
          FamilyType.COUNTER.inOpenMetrics(),
          FamilyType.HISTOGRAM.inOpenMetrics(),
          FamilyType.GAUGE_HISTOGRAM.inOpenMetrics());

  private final EnginePage page;
  private final boolean openMetrics;
  private final Writer out;

  TextWriter(EnginePage page, PageFormat format, OutputStream out) {
    this.page = page;
    this.openMetrics = format == PageFormat.OPEN_METRICS;
    this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
  }

  void write(Predicate<Family> wanted) throws IOException {
    for (Family family : page.families()) {
      if (wanted.test(family)) {
        if (openMetrics) {
          openMetrics(family);
        } else {
          text(family);
        }
      }
    }
    out.flush();
  }

  /**
   * A counter without {@code _total} in its name is no counter of OpenMetrics, and its name is not
   * ours to change: it becomes unknown, as in Prometheus' own libraries.
   */
  private void openMetrics(Family family) throws IOException {
    String name = family.name();
    String word = family.type().inOpenMetrics();
    switch (family.type()) {
      case COUNTER -> {
        String base = base(name, TOTAL);
        word = base.equals(name) ? FamilyType.UNKNOWN.inOpenMetrics() : word;
        name = base;
      }
      case INFO -> name = base(name, INFO);
      case GAUGE, HISTOGRAM, SUMMARY, STATE_SET, GAUGE_HISTOGRAM, UNKNOWN -> {
        // called as their samples are
      }
    }
    head(name, word, family.help());
    String unit = family.unit();
    if (unit != null && name.endsWith("_" + unit)) {
      line("# UNIT ", name, " ", unit);
    }
    samples(family.samples(), word);
  }

  /** Without the suffix, unless another family has the name that is left. */
  private String base(String name, String suffix) {
    String base = name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    return base.isEmpty() || page.family(base) != null ? name : base;
  }

  private void text(Family family) throws IOException {
    List<Sample> own = new ArrayList<>();
    List<Sample> created = new ArrayList<>();
    List<Sample> counts = new ArrayList<>();
    List<Sample> sums = new ArrayList<>();
    for (Sample each : family.samples()) {
      boolean gaugeHistogram = family.type() == FamilyType.GAUGE_HISTOGRAM;
      if (family.type().allows(CREATED) && each.name().endsWith(CREATED)) {
        created.add(each);
      } else if (gaugeHistogram && each.name().endsWith("_gcount")) {
        counts.add(each);
      } else if (gaugeHistogram && each.name().endsWith("_gsum")) {
        sums.add(each);
      } else {
        own.add(each);
      }
    }
    textFamily(family.name(), family.type().inText(), family, own);
    for (List<Sample> gauges : List.of(created, counts, sums)) {
      if (!gauges.isEmpty()) {
        textFamily(gauges.getFirst().name(), FamilyType.GAUGE.inText(), family, gauges);
      }
    }
  }

  private void textFamily(String name, String type, Family family, List<Sample> samples)
      throws IOException {
    if (!samples.isEmpty()) {
      head(name, type, family.help());
      samples(samples, type);
    }
  }

  private void head(String name, String type, @Nullable String help) throws IOException {
    if (help != null) {
      line("# HELP ", name, " ", escaped(help, openMetrics));
    }
    line("# TYPE ", name, " ", type);
  }

  private void line(String... parts) throws IOException {
    for (String part : parts) {
      out.write(part);
    }
    out.write('\n');
  }

  private void samples(List<Sample> samples, String type) throws IOException {
    boolean exemplars = openMetrics && EXEMPLIFIED.contains(type);
    for (Sample each : samples) {
      out.write(each.name());
      labels(each.labels());
      out.write(' ');
      out.write(NumberText.of(each.value()));
      Double time = each.timeSeconds();
      if (time != null) {
        time(time);
      }
      Sample.Exemplar exemplar = each.exemplar();
      if (exemplar != null && exemplars) {
        exemplar(exemplar);
      }
      out.write('\n');
    }
  }

  private void time(double seconds) throws IOException {
    out.write(' ');
    out.write(
        openMetrics
            ? NumberText.ofTime(seconds)
            : Long.toString(Math.round(seconds * MILLIS_PER_SECOND)));
  }

  private void exemplar(Sample.Exemplar exemplar) throws IOException {
    out.write(" # ");
    if (exemplar.labels().size() == 0) {
      out.write("{}");
    }
    labels(exemplar.labels());
    out.write(' ');
    out.write(NumberText.of(exemplar.value()));
    Double time = exemplar.timeSeconds();
    if (time != null) {
      time(time);
    }
  }

  private void labels(SampleLabels labels) throws IOException {
    for (int i = 0; i < labels.size(); i++) {
      out.write(i == 0 ? '{' : ',');
      out.write(labels.name(i));
      out.write("=\"");
      out.write(escaped(labels.value(i), true));
      out.write('"');
    }
    if (labels.size() > 0) {
      out.write('}');
    }
  }

  private static String escaped(String text, boolean quotes) {
    String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
    return quotes ? escaped.replace("\"", "\\\"") : escaped;
  }
}
