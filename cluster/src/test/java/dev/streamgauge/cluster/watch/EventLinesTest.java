package dev.streamgauge.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventLinesTest {
  private static final Subject POD = new Subject("prod", "llama", "llama-0", "gpu-1");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final EventLog log = new EventLog(out);
  private boolean leads = true;
  private long nanos;
  private final EventLines lines =
      new EventLines(
          log, () -> leads, () -> Instant.parse("2026-01-01T00:00:00.12345Z"), () -> nanos);

  @Test
  void anEventsLineHasTheFieldNamesOfTheAccessLog() {
    lines.event(EventRecord.of(Fixtures.event("e", "1", "llama-0", "BackOff", 3)), POD);
    assertThat(written().getFirst())
        .isEqualTo(
            Fixtures.object(
                """
                {'time':'2026-01-01T00:02:00.000Z','source':'kubernetes','namespace':'prod','pod':'llama-0',
                 'workload':'llama','node':'gpu-1','kind':'Pod','name':'llama-0','container':'server',
                 'type':'Warning','reason':'BackOff','message':'it happened','count':3,
                 'component':'kubelet','event_uid':'1'}"""));
  }

  @Test
  void anEventThatHappensAgainHasALineAMinute() {
    for (int i = 1; i <= 120; i++) {
      lines.event(EventRecord.of(Fixtures.event("e", "1", "llama-0", "BackOff", i)), POD);
      nanos += TimeUnit.SECONDS.toNanos(1);
    }
    assertThat(written()).extracting(each -> each.path("count").asInt()).containsExactly(1, 61);
  }

  @Test
  void whoDoesNotLeadWritesNothing() {
    leads = false;
    lines.event(EventRecord.of(Fixtures.event("e", "1", "llama-0", "BackOff", 1)), POD);
    lines.restarted(POD, new ContainerRuns.Restart("server", "OOMKilled", 137, 1, 4));
    lines.ready(POD, Duration.ofSeconds(9), List.of());
    lines.scaled(new Scaling(POD, "Deployment", 1, 2, "kubectl", ScaleActor.KUBECTL, null));
    assertThat(written()).isEmpty();
  }

  @Test
  void aRestartSaysHowTheRunBeforeEnded() {
    lines.restarted(POD, new ContainerRuns.Restart("server", "OOMKilled", 137, 1, 4));
    assertThat(written().getFirst())
        .isEqualTo(
            Fixtures.object(
                """
                {'time':'2026-01-01T00:00:00.123Z','source':'streamgauge','namespace':'prod','pod':'llama-0',
                 'workload':'llama','node':'gpu-1','container':'server','type':'Warning',
                 'reason':'ContainerRestarted','restart_reason':'OOMKilled','exit_code':137,'count':4}"""));
  }

  @Test
  void whateverAMessageHoldsALineStaysOne() {
    ObjectNode event = Fixtures.event("e", "1", "llama-0", "BackOff", 1);
    event.put("message", "a\n{\"reason\":\"b\"}\r\u0000\ud800");
    lines.event(EventRecord.of(event), POD);
    assertThat(written()).hasSize(1);
  }

  private List<JsonNode> written() {
    log.close();
    ObjectMapper mapper = new ObjectMapper();
    return Stream.of(out.toString(StandardCharsets.UTF_8).split("\n"))
        .filter(line -> !line.isEmpty())
        .map(
            line -> {
              try {
                return mapper.readTree(line);
              } catch (IOException e) {
                throw new AssertionError(line, e);
              }
            })
        .toList();
  }
}
