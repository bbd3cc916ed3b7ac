package dev.streamgauge.telemetry.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server's page says, in our terms. What it does not say is absent.
 *
 * @param lora of the adapters, where the engine has them
 */
public record EngineFigures(Map<Figure, Double> values, @Nullable Lora lora) {
  public EngineFigures {
    values = Map.copyOf(values);
  }

  /**
   * Adapters, in the words of vLLM's {@code vllm:lora_requests_info}, which the Inference Extension
   * asks for.
   *
   * @param running names with commas between them; so are those that wait
   * @param changedSeconds when it changed last, since 1970
   */
  public record Lora(String max, String running, String waiting, double changedSeconds) {}

  public @Nullable Double value(Figure figure) {
    return values.get(figure);
  }

  static EngineFigures of(EnginePage page, Engine engine) {
    Map<Figure, Double> values = new EnumMap<>(Figure.class);
    for (Alias alias : Alias.ALL) {
      if (alias.engine() == engine && !values.containsKey(alias.figure())) {
        Double value = value(page, alias);
        if (value != null) {
          values.put(alias.figure(), value);
        }
      }
    }
    return new EngineFigures(values, engine == Engine.VLLM ? lora(page) : null);
  }

  private static @Nullable Double value(EnginePage page, Alias alias) {
    Family family = page.family(alias.sample());
    List<Double> values = new ArrayList<>();
    if (family != null) {
      for (Sample sample : oneOfEach(family.samples(), alias.engine())) {
        Double value = alias.fits(sample.labels()) ? value(sample, alias.inLabel()) : null;
        Double plausible = value == null ? null : alias.figure().plausible(value);
        if (plausible != null) {
          values.add(plausible);
        }
      }
    }
    return values.isEmpty() ? null : (Double) together(values, alias.several());
  }

  private static @Nullable Double value(Sample sample, @Nullable String inLabel) {
    if (inLabel == null) {
      return sample.value();
    }
    String text = sample.labels().value(inLabel);
    return text == null ? null : NumberText.parse(text);
  }

  private static double together(List<Double> values, Alias.Several several) {
    double sum = 0;
    double largest = 0;
    for (double each : values) {
      sum += each;
      largest = Math.max(largest, each);
    }
    return switch (several) {
      case SUM -> sum;
      case MEAN -> sum / values.size();
      case LARGEST -> largest;
    };
  }

  /**
   * SGLang may show a request once for each rank that works on it, and once more for its priority:
   * of the ranks of one data-parallel replica the lowest counts, and the series of all priorities.
   */
  private static Collection<Sample> oneOfEach(List<Sample> samples, Engine engine) {
    if (engine != Engine.SGLANG) {
      return samples;
    }
    Map<SampleLabels, Sample> first = new LinkedHashMap<>();
    for (Sample each : samples) {
      String priority = each.labels().value("priority");
      if (priority == null || priority.isEmpty()) {
        SampleLabels replica =
            each.labels().without("tp_rank").without("pp_rank").without("moe_ep_rank");
        first.merge(replica, each, EngineFigures::lowerRank);
      }
    }
    return first.values();
  }

  private static Sample lowerRank(Sample one, Sample other) {
    for (String rank : new String[] {"pp_rank", "tp_rank", "moe_ep_rank"}) {
      int compared = Double.compare(rank(one, rank), rank(other, rank));
      if (compared != 0) {
        return compared < 0 ? one : other;
      }
    }
    return one;
  }

  private static double rank(Sample sample, String label) {
    String text = sample.labels().value(label);
    Double rank = text == null ? null : NumberText.parse(text);
    return rank == null ? 0 : rank;
  }

  /** Each combination that there was has a series; its value is when it was there last. */
  private static @Nullable Lora lora(EnginePage page) {
    Family family = page.family("vllm:lora_requests_info");
    Lora latest = null;
    if (family != null) {
      for (Sample each : family.samples()) {
        if (latest == null || each.value() > latest.changedSeconds()) {
          latest =
              new Lora(
                  text(each, "max_lora"),
                  text(each, "running_lora_adapters"),
                  text(each, "waiting_lora_adapters"),
                  each.value());
        }
      }
    }
    return latest;
  }

  private static String text(Sample sample, String label) {
    String value = sample.labels().value(label);
    return value == null ? "" : value;
  }
}
