package dev.streamgauge.otlp.grpc;

import dev.streamgauge.timeline.Ticker;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way: tried again where OTLP lets it, after a pause that grows or that the
 * collector asks for, as often and as long as the SDK's policy and time-out say. Ends once. All of
 * it on one event loop.
 */
final class Delivery {
  private static final double JITTER_LEAST = 0.8;
  private static final double JITTER_MOST = 1.2;

  private final CollectorConnection connection;
  private final EventLoop loop;
  private final Ticker ticker;
  private final byte[] framed;
  private final long bytesMax;
  private final Consumer<GrpcResponse> onResponse;
  private final Duration timeout;
  private final int triesMax;
  private final double growth;
  private final long pauseNanosMax;
  private long pauseNanos;
  private int tries;
  private long endsAtNanos;
  private boolean over;
  private @Nullable Call call;
  private @Nullable Future<?> timer;

  Delivery(
      CollectorConnection connection,
      byte[] framed,
      GrpcSenderConfig config,
      Ticker ticker,
      Consumer<GrpcResponse> onResponse) {
    this.connection = connection;
    this.loop = connection.loop();
    this.ticker = ticker;
    this.framed = framed;
    this.bytesMax = config.getMaxResponseBodySize();
    this.onResponse = onResponse;
    this.timeout = config.getTimeout();
    RetryPolicy policy = config.getRetryPolicy();
    this.triesMax = policy == null ? 1 : policy.getMaxAttempts();
    this.growth = policy == null ? 1 : policy.getBackoffMultiplier();
    this.pauseNanosMax = policy == null ? 0 : policy.getMaxBackoff().toNanos();
    this.pauseNanos = policy == null ? 0 : policy.getInitialBackoff().toNanos();
  }

  void begin() {
    endsAtNanos = ticker.nanos() + timeout.toNanos();
    timer = loop.schedule(this::outOfTime, timeout.toNanos(), TimeUnit.NANOSECONDS);
    attempt();
  }

  private void attempt() {
    if (over) {
      return;
    }
    tries++;
    Call next = new Call(bytesMax, this::ended);
    call = next;
    connection.send(next, framed, Duration.ofNanos(endsAtNanos - ticker.nanos()));
  }

  private void ended(GrpcAnswer answer) {
    if (over) {
      return;
    }
    if (!answer.spoken()) {
      connection.drop();
    }
    long wait = waitNanos(answer);
    boolean again = answer.retryable() && tries < triesMax && wait < endsAtNanos - ticker.nanos();
    if (again) {
      var _ = loop.schedule(this::attempt, wait, TimeUnit.NANOSECONDS);
    } else {
      end(answer);
    }
  }

  /** By the collector's wish, or else half as long again each time. */
  private long waitNanos(GrpcAnswer answer) {
    double jitter = ThreadLocalRandom.current().nextDouble(JITTER_LEAST, JITTER_MOST);
    long own = Math.min((long) (pauseNanos * jitter), pauseNanosMax);
    pauseNanos = Math.min((long) (pauseNanos * growth), pauseNanosMax);
    Duration asked = answer.waitAtLeast();
    return asked == null || asked.isZero() ? own : asked.toNanos();
  }

  /** A collector that hangs loses its connection; between two tries there is none to lose. */
  private void outOfTime() {
    GrpcAnswer none =
        GrpcAnswer.none(GrpcStatusCode.DEADLINE_EXCEEDED, "no answer within " + timeout);
    end(none);
    if (call != null && !call.over()) {
      call.end(none);
      connection.drop();
    }
  }

  private void end(GrpcAnswer answer) {
    if (over) {
      return;
    }
    over = true;
    if (timer != null) {
      var _ = timer.cancel(false);
    }
    onResponse.accept(answer);
  }
}
