package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.ServerLoad;
import org.junit.jupiter.api.Test;

class OrcaReportTest {
  private static final OrcaReport ALL = new OrcaReport(new ServerLoad(3, 4, 0.40625, 1.75), 12.5);
  private static final OrcaReport LITTLE = new OrcaReport(new ServerLoad(0, 2, null, null), null);

  @Test
  void textIsAListThatEnvoyReads() {
    assertThat(ALL.text())
        .isEqualTo(
            "TEXT application_utilization=1.75, rps_fractional=12.5,"
                + " named_metrics.kv_cache_usage_perc=0.4063,"
                + " named_metrics.num_requests_waiting=3.0,"
                + " named_metrics.num_requests_running=4.0");
    assertThat(LITTLE.text())
        .isEqualTo(
            "TEXT named_metrics.num_requests_waiting=0.0, named_metrics.num_requests_running=2.0");
  }

  @Test
  void jsonIsTheMessagesOwn() {
    assertThat(ALL.json())
        .isEqualTo(
            "JSON {\"application_utilization\": 1.75, \"rps_fractional\": 12.5,"
                + " \"named_metrics\": {\"kv_cache_usage_perc\": 0.4063,"
                + " \"num_requests_waiting\": 3.0, \"num_requests_running\": 4.0}}");
    assertThat(LITTLE.json())
        .isEqualTo(
            "JSON {\"named_metrics\": {\"num_requests_waiting\": 0.0,"
                + " \"num_requests_running\": 2.0}}");
  }

  /** Read with Google's own library by the descriptor of the message. */
  @Test
  void theMessageIsAsProtobufWritesIt() {
    assertThat(ALL.binary())
        .isEqualTo(
            "SQAAAAAAAPw/MQAAAAAAAClAQh4KE2t2X2NhY2hlX3VzYWdlX3BlcmMR4lgXt9EA2j9CHwoUbnVtX3JlcXVl"
                + "c3RzX3dhaXRpbmcRAAAAAAAACEBCHwoUbnVtX3JlcXVlc3RzX3J1bm5pbmcRAAAAAAAAEEA=");
    assertThat(LITTLE.binary())
        .isEqualTo(
            "Qh8KFG51bV9yZXF1ZXN0c193YWl0aW5nEQAAAAAAAAAAQh8KFG51bV9yZXF1ZXN0c19ydW5uaW5nEQAAAAAA"
                + "AABA");
  }

  @Test
  void whatIsNoNumberIsLeftOut() {
    OrcaReport odd =
        new OrcaReport(
            new ServerLoad(Double.NaN, 1e-9, Double.POSITIVE_INFINITY, Double.NaN), Double.NaN);
    assertThat(odd.text()).isEqualTo("TEXT named_metrics.num_requests_running=0.0");
  }
}
