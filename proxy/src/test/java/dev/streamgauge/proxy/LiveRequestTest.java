package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.LiveRequest;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a request tells those who bring it together with the GPUs. */
@Timeout(60)
final class LiveRequestTest {
  private static final RequestRecord.GpuUse USE =
      new RequestRecord.GpuUse(0.5, 8e9, 3.0, 2.0, true);
  private static final String TOKEN =
      "data: {\"object\":\"chat.completion.chunk\",\"model\":\"llama\",\"choices\":[{\"index\":0,"
          + "\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
  private static final String DONE = "data: [DONE]\n\n";

  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private final Semaphore more = new Semaphore(0);

  private ScriptedUpstream streaming() throws IOException {
    return new ScriptedUpstream(
        (in, out, _) -> {
          var _ = readHead(in);
          out.write(ascii("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"));
          out.write(ascii("Connection: close\r\n\r\n" + TOKEN + TOKEN));
          out.flush();
          more.acquireUninterruptibly();
          out.write(ascii(TOKEN + DONE));
        });
  }

  @Test
  void tokensAreToldAsTheyComeAndTheEndBehindTheRecord() throws Exception {
    try (ScriptedUpstream upstream = streaming();
        TestProxy proxy = TestProxy.before(upstream)) {
      proxy.gauges.joined = new Told();
      proxy.gauges.engineQueued = true;
      proxy.seen = _ -> told.add("record");
      try (Socket _ = proxy.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n\r\n")) {
        TestProxy.await("two tokens", () -> told.contains("tokens 2"));
        more.release();
        RequestRecord record = proxy.next(Outcome.OK, 200);
        assertThat(record.gpu()).isEqualTo(USE);
        assertThat(record.engineQueued()).isTrue();
      }
      TestProxy.await("the end", () -> told.contains("ended llama"));
      assertThat(told)
          .containsExactly(
              "first llama CHAT", "tokens 2", "tokens 1", "use", "record", "ended llama");
    }
  }

  @Test
  void whatDoesNotWorkTheModelIsNotTold() throws Exception {
    try (ScriptedUpstream upstream = streaming();
        TestProxy proxy = TestProxy.before(upstream)) {
      proxy.gauges.joined = new Told();
      more.release();
      try (Socket _ = proxy.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")) {
        assertThat(proxy.next().gpu()).isNull();
      }
      assertThat(told).isEmpty();
    }
  }

  private final class Told implements LiveRequest {
    @Override
    public void tokens(int events) {
      told.add("tokens " + events);
    }

    @Override
    public void firstToken(
        @Nullable String model, @Nullable String requested, Operation operation) {
      told.add("first " + model + " " + operation);
    }

    @Override
    public RequestRecord.GpuUse use(long nowNanos) {
      told.add("use");
      return USE;
    }

    @Override
    public void ended(@Nullable String model, @Nullable String requested, Operation operation) {
      told.add("ended " + model);
    }
  }
}
