package dev.streamgauge.report.page;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.streamgauge.report.compare.Comparison;
import dev.streamgauge.report.compare.Comparison.QuantileRow;
import dev.streamgauge.report.compare.Comparison.ShareRow;
import dev.streamgauge.report.compare.Difference;
import dev.streamgauge.report.compare.Estimate;
import dev.streamgauge.report.compare.Interval;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The comparison as a field of the report. */
final class JsonComparison {
  private final JsonGenerator json;

  JsonComparison(JsonGenerator json) {
    this.json = json;
  }

  void write(Comparison comparison) throws IOException {
    json.writeObjectFieldStart("comparison");
    json.writeArrayFieldStart("quantiles");
    for (QuantileRow row : comparison.quantiles()) {
      json.writeStartObject();
      json.writeBooleanField("all", row.all());
      if (row.model() != null) {
        json.writeStringField("model", row.model());
      }
      json.writeStringField("figure", row.figure().label());
      json.writeNumberField("quantile", row.quantile());
      estimate("now", row.now(), "_ms", 1e3);
      estimate("baseline", row.before(), "_ms", 1e3);
      difference(row.difference(), "_ms", 1e3);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("shares");
    for (ShareRow row : comparison.shares()) {
      json.writeStartObject();
      json.writeStringField("share_of", row.what());
      estimate("now", row.now(), "", 1);
      estimate("baseline", row.before(), "", 1);
      difference(row.difference(), "", 1);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void estimate(String name, Estimate estimate, String unit, double divisor)
      throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("count", estimate.count());
    json.writeNumberField("value" + unit, estimate.value() / divisor);
    interval(estimate.interval(), unit, divisor);
    if (estimate.designEffect() != null) {
      json.writeNumberField("design_effect", estimate.designEffect());
    }
    json.writeEndObject();
  }

  private void difference(Difference difference, String unit, double divisor) throws IOException {
    json.writeObjectFieldStart("difference");
    json.writeNumberField("value" + unit, difference.value() / divisor);
    interval(difference.interval(), unit, divisor);
    json.writeStringField("verdict", difference.verdict().label().replace(' ', '_'));
    json.writeEndObject();
  }

  private void interval(@Nullable Interval interval, String unit, double divisor)
      throws IOException {
    if (interval != null) {
      json.writeNumberField("low" + unit, interval.low() / divisor);
      json.writeNumberField("high" + unit, interval.high() / divisor);
    }
  }
}
