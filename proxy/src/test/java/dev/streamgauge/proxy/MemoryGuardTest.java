package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.telemetry.LiveMetrics.MemoryKind;
import dev.streamgauge.timeline.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where memory gets scarce no new request begins, and when there is some again, they do. */
@Timeout(60)
final class MemoryGuardTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final FakeMemory memory = new FakeMemory();
  private final Gauges gauges = new Gauges();
  private final List<String> log = new ArrayList<>();

  @Test
  void itRefusesFromTheThresholdOnAndTakesAgainWellBelowIt() {
    MemoryGuard guard = guard(0.8);
    memory.direct = 0.79;
    guard.look(SECOND);
    assertThat(guard.refuses()).isFalse();
    memory.direct = 0.8;
    guard.look(2 * SECOND);
    assertThat(guard.refuses()).isTrue();
    memory.direct = 0.71;
    guard.look(3 * SECOND);
    assertThat(guard.refuses()).isTrue();
    memory.direct = 0.69;
    guard.look(4 * SECOND);
    assertThat(guard.refuses()).isFalse();
    assertThat(gauges.limits).containsExactly(Limit.MEMORY, Limit.MEMORY);
    assertThat(log)
        .containsExactly(
            "streamgauge: memory is scarce (buffers 80 %): new requests are refused with 503",
            "streamgauge: there is memory again; requests refused meanwhile: 2");
  }

  @Test
  void betweenTwoLooksBuffersAreLookedAtByEachRequest() {
    MemoryGuard guard = guard(0.8);
    memory.direct = 0.1;
    guard.look(SECOND);
    memory.direct = 0.8;
    assertThat(guard.refuses()).isTrue();
    memory.direct = 0.79;
    assertThat(guard.refuses()).isFalse();
    assertThat(gauges.limits).containsExactly(Limit.MEMORY);
  }

  /** All chunks are there, and much in them is free, but not in one piece. */
  @Test
  void whereNoChunkCanBeHadScatteredBuffersAreScarce() {
    MemoryGuard guard = guard(0.8);
    memory.chunks = 0.99;
    memory.direct = MemoryGuard.SCATTERED_RATIO;
    assertThat(guard.scarceNow()).isFalse();
    memory.exhausted = true;
    assertThat(guard.scarceNow()).isTrue();
    memory.direct = MemoryGuard.SCATTERED_RATIO - 0.01;
    assertThat(guard.scarceNow()).isFalse();
    memory.chunks = 0.79;
    memory.direct = 0.79;
    assertThat(guard.scarceNow()).isFalse();
  }

  @Test
  void noMoreRequestsBeginAtOnceThanTheHeapHasRoomFor() {
    Drain requests = new Drain();
    HeapRoom room = new HeapRoom(HeapRoom.PROGRAM_BYTES + 10L * HeapRoom.REQUEST_BYTES, requests);
    MemoryGuard guard = guard(0.8, room);
    for (int i = 0; i < 10; i++) {
      assertThat(guard.refuses()).isFalse();
      assertThat(requests.enter()).isTrue();
    }
    assertThat(guard.refuses()).isTrue();
    assertThat(guard.refusing()).as("idle connections make room").isTrue();
    guard.look(SECOND);
    guard.look(2 * SECOND);
    requests.leave();
    assertThat(guard.refuses()).isFalse();
    room.take(1);
    assertThat(guard.refuses()).as("connections count as well").isTrue();
    assertThat(room.overfull()).as("newcomers come, to be told").isFalse();
    room.take(2 * HeapRoom.REQUEST_BYTES);
    assertThat(room.overfull()).isTrue();
    room.giveBack(2 * HeapRoom.REQUEST_BYTES + 1);
    assertThat(guard.refuses()).isFalse();
    assertThat(log)
        .containsExactly("streamgauge: the heap has no room for more requests at once: 503 (-Xmx)");
  }

  @Test
  void whatIsNotKnownOfTheHeapRefusesNothingAndIsNotPublished() {
    MemoryGuard guard = guard(0.8);
    guard.look(SECOND);
    assertThat(guard.refuses()).isFalse();
    assertThat(gauges.memory).containsOnlyKeys(MemoryKind.DIRECT);
    memory.heap = 0.95;
    guard.look(2 * SECOND);
    assertThat(guard.refuses()).isTrue();
    assertThat(gauges.memory).containsEntry(MemoryKind.HEAP, 0.95);
  }

  /** Without new garbage no collection would come, and the old figure would refuse for ever. */
  @Test
  void aScarceHeapIsCollectedNowAndThenToSeeWhetherItStillIs() {
    MemoryGuard guard = guard(0.8);
    memory.heap = 0.9;
    for (int second = 0; second <= 25; second++) {
      guard.look(second * SECOND);
    }
    assertThat(memory.collections).isEqualTo(2);
    memory.heapAfterCollection = 0.1;
    for (int second = 26; second <= 31; second++) {
      guard.look(second * SECOND);
    }
    assertThat(memory.collections).isEqualTo(3);
    assertThat(guard.refusing()).isFalse();
  }

  @Test
  void scarceBuffersAreNoReasonToCollect() {
    MemoryGuard guard = guard(0.8);
    memory.direct = 0.9;
    memory.heap = 0.3;
    for (int second = 0; second <= 60; second++) {
      guard.look(second * SECOND);
    }
    assertThat(memory.collections).isZero();
  }

  @Test
  void theLogIsToldOnceAMinuteHoweverOftenItChanges() {
    MemoryGuard guard = guard(0.8);
    for (int second = 0; second < 119; second++) {
      memory.direct = second % 2 == 0 ? 0.9 : 0.1;
      guard.look(second * SECOND);
    }
    assertThat(log).hasSize(4);
  }

  @Test
  void switchedOffItOnlyPublishes() {
    MemoryGuard guard = guard(null);
    memory.direct = 1.5;
    guard.look(SECOND);
    assertThat(guard.refuses()).isFalse();
    assertThat(gauges.memory).containsEntry(MemoryKind.DIRECT, 1.5);
  }

  /** Pools keep whole chunks: only what is held of them counts. */
  @Test
  void buffersThatWereGivenBackDoNotCount() {
    Memory own = Memory.ofThisProcess();
    double before = own.directRatio();
    List<ByteBuf> held = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      held.add(PooledByteBufAllocator.DEFAULT.directBuffer(64 * 1024));
    }
    double most = own.directRatio();
    held.forEach(ByteBuf::release);
    assertThat(most).isGreaterThan(before);
    assertThat(own.directRatio()).isLessThan(most);
    assertThat(before).isBetween(0.0, 1.0);
  }

  @Test
  void whatACollectionLeftIsKnownBehindIt() {
    Memory own = Memory.ofThisProcess();
    own.collect();
    assertThat(own.heapRatio()).isBetween(0.0, 1.0).isEqualTo(own.heapRatio());
  }

  @Test
  void aRefusedRequestIsToldToComeAgainAndTheNextOneIsServed() throws Exception {
    List<ByteBuf> held = new ArrayList<>();
    Memory own = Memory.ofThisProcess();
    try (ScriptedUpstream upstream =
            ScriptedUpstream.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        TestProxy proxy = TestProxy.before(upstream, "--memory-guard", "0.2")) {
      while (own.directRatio() < 0.25) {
        held.add(PooledByteBufAllocator.DEFAULT.directBuffer(4 * 1024 * 1024));
      }
      TestProxy.await("the guard", () -> !proxy.log.isEmpty());
      try (Socket client = proxy.send("GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n")) {
        assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
            .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
            .contains("retry-after: 1\r\n", "connection: close\r\n", "\"type\":\"proxy_error\"");
      }
      assertThat(proxy.next(Outcome.PROXY_ERROR, 503).error()).isEqualTo("memory is scarce");
      assertThat(upstream.connections).hasValue(0);
      held.forEach(ByteBuf::release);
      held.clear();
      TestProxy.await("memory again", () -> proxy.log.size() == 2);
      try (Socket client = proxy.send("GET /v1/models HTTP/1.1\r\nHost: x\r\n\r\n")) {
        assertThat(readHead(client.getInputStream())).startsWith("HTTP/1.1 200 ");
      }
      var _ = proxy.next(Outcome.OK, 200);
    } finally {
      held.forEach(ByteBuf::release);
    }
  }

  private MemoryGuard guard(@Nullable Double threshold) {
    return guard(threshold, new HeapRoom(Long.MAX_VALUE, new Drain()));
  }

  private MemoryGuard guard(@Nullable Double threshold, HeapRoom room) {
    return new MemoryGuard(memory, threshold, room, gauges, log::add);
  }

  private static final class FakeMemory implements Memory {
    double direct = 0.1;
    double chunks;
    boolean exhausted;
    @Nullable Double heap;
    @Nullable Double heapAfterCollection;
    int collections;

    @Override
    public double directRatio() {
      return direct;
    }

    @Override
    public double directRatioMost() {
      return Math.max(direct, chunks);
    }

    @Override
    public boolean directExhausted() {
      return exhausted;
    }

    @Override
    public @Nullable Double heapRatio() {
      return heap;
    }

    @Override
    public void collect() {
      collections++;
      if (heapAfterCollection != null) {
        heap = heapAfterCollection;
      }
    }
  }
}
