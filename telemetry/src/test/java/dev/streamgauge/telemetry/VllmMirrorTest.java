package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.engine.EngineBoard;
import dev.streamgauge.telemetry.engine.PageLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Our figures as those that know vLLM alone look for them. */
class VllmMirrorTest {
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");

  /** What it was called in versions before the recorded one. */
  private static final Set<String> OLDER =
      Set.of("vllm:time_per_output_token_seconds", "vllm:gpu_cache_usage_perc");

  /** Its buckets go to the model's context, ours further. */
  private static final Set<String> OF_TOKENS =
      Set.of("vllm:request_prompt_tokens", "vllm:request_generation_tokens");

  private final EngineBoard board =
      new EngineBoard(null, PageLimits.defaults(), () -> 0, TimeUnit.SECONDS.toNanos(10));
  private final Telemetry mirroring = EngineSeriesTest.telemetry(true, board);

  @Test
  void theMirrorYieldsToTheEngineItself() {
    assertThat(MetricsText.of(mirroring).lines())
        .contains(
            "vllm:num_requests_running{engine=\"0\",model_name=\"\"} 0.0",
            "vllm:request_success_total{engine=\"0\",finished_reason=\"stop\",model_name=\"other\"} 0.0",
            "vllm:time_to_first_token_seconds_bucket{engine=\"0\",model_name=\"other\",le=\"0.001\"} 0");
    read("# TYPE tgi_queue_size gauge\ntgi_queue_size 4\n");
    assertThat(merged())
        .contains(
            "tgi_queue_size 4.0\n",
            "vllm:num_requests_waiting{engine=\"0\",model_name=\"\"} 4.0\n");
    read("# TYPE vllm:num_requests_waiting gauge\nvllm:num_requests_waiting{engine=\"0\"} 5\n");
    assertThat(merged())
        .contains("vllm:num_requests_waiting{engine=\"0\"} 5.0\n")
        .doesNotContain("vllm:num_requests_waiting{engine=\"0\",", "vllm:time_to_first_token");
  }

  @Test
  void theMirrorCountsWhatTheServerTookOn() {
    mirroring.accept(Records.refused().record());
    mirroring.accept(Records.streamed().record());
    assertThat(MetricsText.of(mirroring).lines())
        .contains(
            "vllm:num_requests_running{engine=\"0\",model_name=\"llama\"} 0.0",
            "vllm:e2e_request_latency_seconds_count{engine=\"0\",model_name=\"llama\"} 1",
            "vllm:time_to_first_token_seconds_bucket{engine=\"0\",model_name=\"llama\",le=\"0.08\"} 0",
            "vllm:time_to_first_token_seconds_bucket{engine=\"0\",model_name=\"llama\",le=\"0.1\"} 1")
        .anyMatch(
            line ->
                line.startsWith("vllm:request_success_total{")
                    && line.endsWith("model_name=\"llama\"} 1.0"))
        .contains("vllm:e2e_request_latency_seconds_count{engine=\"0\",model_name=\"other\"} 0");
  }

  /** Its page at work, as it came. */
  @Test
  void typesLabelsAndBucketsAreThoseOfItsOwnPage() throws IOException {
    Map<String, Shape> real = shapes(recorded());
    read(
        "sglang:num_queue_reqs 1\nsglang:token_usage 0.5\nsglang:page_size 16\nsglang:num_pages 9\n");
    mirroring.accept(Records.streamed().engine(Records.ms(1), Records.ms(2)).record());
    Map<String, Shape> mirrored = shapes(MetricsText.of(mirroring).lines());
    assertThat(mirrored.keySet())
        .contains(
            "vllm:request_queue_time_seconds",
            "vllm:request_prefill_time_seconds",
            "vllm:request_decode_time_seconds",
            "vllm:cache_config_info")
        .hasSize(18);
    mirrored.forEach(
        (name, shape) -> {
          if (!OLDER.contains(name)) {
            Shape its = Objects.requireNonNull(real.get(name), name);
            assertThat(shape.type).as(name).isEqualTo(its.type);
            List<Double> bounds = OF_TOKENS.contains(name) ? start(shape, its) : shape.bounds;
            assertThat(bounds).as(name).isEqualTo(its.bounds);
            if (name.equals("vllm:cache_config_info")) {
              assertThat(its.labels).containsAll(shape.labels);
              assertThat(shape.labels).contains("engine");
            } else {
              assertThat(shape.labels).as(name).isEqualTo(its.labels);
            }
          }
        });
  }

  @Test
  void theTimesThatTheEngineTellsAreThere() {
    mirroring.accept(Records.streamed().engine(Records.ms(400), Records.ms(900)).record());
    mirroring.accept(Records.streamed().engine(null, Records.ms(100)).record());
    MetricsText page = MetricsText.of(mirroring);
    String[] labels = {"engine=\"0\"", "model_name=\"llama\""};
    assertThat(lines(page, "vllm:request_queue_time_seconds_sum", labels)).containsExactly("0.4");
    assertThat(lines(page, "vllm:request_prefill_time_seconds_sum", labels)).containsExactly("1.0");
    assertThat(lines(page, "vllm:request_prefill_time_seconds_count", labels)).containsExactly("2");
    assertThat(lines(page, "vllm:request_decode_time_seconds_count", labels)).isEmpty();
  }

  @Test
  void adaptersAreThereWhereTheyAreKnown() {
    assertThat(lines(MetricsText.of(mirroring), "vllm:lora_requests_info")).isEmpty();
    read(
        "vllm:lora_requests_info{max_lora=\"2\",running_lora_adapters=\"a,b\","
            + "waiting_lora_adapters=\"c\"} 1.7e9\n");
    assertThat(MetricsText.of(mirroring).lines())
        .contains(
            "vllm:lora_requests_info{max_lora=\"2\",running_lora_adapters=\"a,b\","
                + "waiting_lora_adapters=\"c\"} 1.7E9");
  }

  private static List<String> lines(MetricsText page, String sample, String... labels) {
    return page.lines().stream()
        .filter(line -> line.startsWith(sample + "{"))
        .filter(line -> List.of(labels).stream().allMatch(line::contains))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .toList();
  }

  private void read(String page) {
    assertThat(board.read(page.getBytes(StandardCharsets.UTF_8), null))
        .isEqualTo(EngineBoard.Scrape.OK);
  }

  private String merged() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      mirroring.render(PageForm.of("text/plain", null).withEnginePage(), out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static List<String> recorded() throws IOException {
    String name = "/engine/vllm-0.32.0-recorded.txt";
    try (InputStream in = VllmMirrorTest.class.getResourceAsStream(name)) {
      byte[] page = Objects.requireNonNull(in, name).readAllBytes();
      return new String(page, StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static List<Double> start(Shape shape, Shape its) {
    List<Double> start = new ArrayList<>(shape.bounds.subList(0, its.bounds.size() - 1));
    start.add(Double.POSITIVE_INFINITY);
    return start;
  }

  /** What a family looks like: its type, its labels, the bounds of one of its series. */
  private static final class Shape {
    private final String type;
    private final Set<String> labels = new TreeSet<>();
    private final List<Double> bounds = new ArrayList<>();

    private Shape(String type) {
      this.type = type;
    }

    private void add(String sample) {
      Matcher label = LABEL.matcher(sample);
      while (label.find()) {
        if (!label.group(1).equals("le")) {
          labels.add(label.group(1));
        } else if (!bounds.contains(number(label.group(2)))) {
          bounds.add(number(label.group(2)));
        }
      }
    }

    private static double number(String text) {
      return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
    }
  }

  private static Map<String, Shape> shapes(List<String> page) {
    Map<String, Shape> shapes = new TreeMap<>();
    Shape last = new Shape("");
    for (String line : page) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ", -1);
        last = new Shape(words[3]);
        if (words[2].startsWith("vllm:")) {
          shapes.put(words[2], last);
        }
      } else if (!line.startsWith("#")) {
        last.add(line);
      }
    }
    return shapes;
  }
}
