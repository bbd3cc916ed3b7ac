package dev.streamgauge.cluster.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventWriterTest {
  private static final EventWriter.About POD =
      new EventWriter.About("v1", "Pod", "prod", "llama-0", "u1");

  private FakeObjects server;
  private KubeClient client;
  private final List<String> log = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = new FakeObjects();
    client = server.client();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void theSameEventAgainIsOneEventThatCounts() {
    try (EventWriter writer = writer()) {
      write(writer, "no port is free");
      Await.until("the first", () -> count() == 1);
      for (int i = 0; i < 5; i++) {
        write(writer, "no port is free");
      }
      Await.until("the others", () -> count() == 6);
    }
    ObjectNode event = server.all().values().iterator().next();
    assertThat(server.all()).hasSize(1);
    assertThat(event.path("involvedObject").path("uid").asText()).isEqualTo("u1");
    assertThat(event.path("lastTimestamp").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(event.path("source").path("component").asText()).isEqualTo("streamgauge");
  }

  @Test
  void anEventThatTheServerForgotBeginsAnew() {
    try (EventWriter writer = writer()) {
      write(writer, "no port is free");
      Await.until("the first", () -> count() == 1);
      server.forgetAll();
      write(writer, "no port is free");
      Await.until("another", () -> count() == 1);
    }
  }

  @Test
  void whatCannotBeWrittenIsDroppedCountedAndSaidOnce() {
    server.breakDown(true);
    try (EventWriter writer = writer()) {
      write(writer, "one");
      write(writer, "two");
      Await.until("both are dropped", () -> writer.dropped() == 2);
      server.breakDown(false);
      write(writer, "one");
      Await.until("the next is written", () -> count() == 1);
    }
    assertThat(log).hasSize(1);
  }

  /** A pod's name is checked by the API server only after the webhook has seen it. */
  @Test
  void anEventAboutAnImpossibleNameIsDropped() {
    try (EventWriter writer = writer()) {
      EventWriter.About huge =
          new EventWriter.About("v1", "Pod", "prod", "x".repeat(100_000), null);
      writer.write(huge, EventWriter.Type.WARNING, "NotInjected", "no port is free");
      assertThat(writer.dropped()).isEqualTo(1);
      write(writer, "one");
      Await.until("the next is written", () -> count() == 1);
    }
    assertThat(log).isEmpty();
  }

  private EventWriter writer() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    return new EventWriter(client, "streamgauge", "replica-1", () -> now, log::add);
  }

  private static void write(EventWriter writer, String message) {
    writer.write(POD, EventWriter.Type.WARNING, "NotInjected", message);
  }

  private int count() {
    return server.all().values().stream().mapToInt(each -> each.path("count").asInt()).sum();
  }
}
