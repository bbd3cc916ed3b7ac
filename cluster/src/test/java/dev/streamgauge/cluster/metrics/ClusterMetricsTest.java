package dev.streamgauge.cluster.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.PageForm;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClusterMetricsTest {
  private final ClusterMetrics metrics = new ClusterMetrics("test");

  @Test
  void whatTheClusterKnowsIsPublishedByTheLeaderAloneWhoGoesOnFromItsOwnCount() throws IOException {
    BoundedCounter events = metrics.counter(ClusterFamily.EVENTS);
    events.add(2, "prod", "llama", "Pod", "BackOff", "Warning");
    metrics
        .histogram(ClusterFamily.POD_STARTUP)
        .observe(Duration.ofSeconds(3), "prod", "llama", "ready");
    assertThat(page()).contains("streamgauge_build_info").doesNotContain("llama");
    metrics.leadsBy(() -> true);
    assertThat(page())
        .contains(
            "streamgauge_events_total{kind=\"Pod\",namespace=\"prod\",reason=\"BackOff\",type=\"Warning\","
                + "workload=\"llama\"} 2.0")
        .contains(
            "streamgauge_pod_startup_seconds_sum{namespace=\"prod\",stage=\"ready\",workload=\"llama\"} 3.0");
  }

  @Test
  void pastTheLimitOfSeriesTheRestIsCountedUnderOther() throws IOException {
    metrics.leadsBy(() -> true);
    BoundedCounter counter = metrics.counter(ClusterFamily.REPLICAS_MISSING);
    for (int i = 0; i < 10_500; i++) {
      counter.add(1, "prod", "w" + i);
    }
    counter.add(1, "prod", "w3");
    assertThat(page().lines().filter(each -> each.startsWith("streamgauge_replicas_missing")))
        .hasSize(10_001)
        .contains(
            "streamgauge_replicas_missing_seconds_total{namespace=\"other\",workload=\"other\"} 500.0")
        .contains(
            "streamgauge_replicas_missing_seconds_total{namespace=\"prod\",workload=\"w3\"} 2.0");
    assertThat(metrics.seriesLeftOut()).isEqualTo(500);
  }

  @Test
  void rowsWithTheSameLabelsAreAddedUpAndThoseBeyondTheLimitAreLeftOut() throws IOException {
    metrics.leadsBy(() -> true);
    GaugeRows rows = new GaugeRows(ClusterFamily.REPLICAS, 2);
    rows.add(1, "prod", "a", "ready");
    rows.add(2, "prod", "a", "ready");
    rows.add(1, "prod", "b", "ready");
    rows.add(1, "prod", "c", "ready");
    metrics.collect(ClusterFamily.Whose.LEADERS, () -> new MetricSnapshots(rows.snapshot()));
    assertThat(page().lines().filter(each -> each.startsWith("streamgauge_replicas{")))
        .containsExactly(
            "streamgauge_replicas{namespace=\"prod\",state=\"ready\",workload=\"a\"} 3.0",
            "streamgauge_replicas{namespace=\"prod\",state=\"ready\",workload=\"b\"} 1.0");
    assertThat(rows.leftOut()).isEqualTo(1);
  }

  @Test
  void theReferenceHasEachFamilyOfTheContract() {
    assertThat(ClusterMetricsReference.section())
        .contains(
            "`streamgauge_pod_status`",
            "`streamgauge_replicas`",
            "`streamgauge_replicas_bound`",
            "`streamgauge_container_resources`",
            "`streamgauge_quota`",
            "`streamgauge_pod_startup_seconds`",
            "`streamgauge_container_restarts_total`",
            "`streamgauge_events_total`");
  }

  private String page() throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    metrics.render(new PageForm(PageForm.Format.TEXT, false), page);
    return page.toString(StandardCharsets.UTF_8);
  }
}
