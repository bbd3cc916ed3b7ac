package dev.streamgauge.cli.replay;

import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import dev.streamgauge.timeline.TokenTimeline;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Hands all on to the timeline and notes when each token event came. */
final class TimedSink implements StreamSink {
  private final TokenTimeline timeline;
  private long readNanos;
  private long[] tokenNanos = new long[16];
  private int tokens;

  TimedSink(TokenTimeline timeline) {
    this.timeline = timeline;
  }

  void readAt(long nanos) {
    readNanos = nanos;
    timeline.readAt(nanos, false);
  }

  /** Whole microseconds from the given moment to each token event. */
  long[] tokenMicrosSince(long nanos) {
    long[] micros = new long[tokens];
    for (int i = 0; i < tokens; i++) {
      micros[i] = Math.floorDiv(tokenNanos[i] - nanos, 1000L);
    }
    return micros;
  }

  @Override
  public void model(String name) {
    timeline.model(name);
  }

  @Override
  public void tokenEvent(int choice, TokenKind kind, int count, @Nullable TokenBasis basis) {
    if (tokens == tokenNanos.length) {
      tokenNanos = Arrays.copyOf(tokenNanos, tokens * 2);
    }
    tokenNanos[tokens++] = readNanos;
    timeline.tokenEvent(choice, kind, count, basis);
  }

  @Override
  public void choiceBegins(int choice) {
    timeline.choiceBegins(choice);
  }

  @Override
  public void inference(byte[] bytes, int idStart, int idEnd, int modelStart, int modelEnd) {
    timeline.inference(bytes, idStart, idEnd, modelStart, modelEnd);
  }

  @Override
  public void inferenceEnded() {
    timeline.inferenceEnded();
  }

  @Override
  public void usage(
      TokenSource source,
      long input,
      long output,
      long cachedInput,
      long cacheWriteInput,
      long reasoningOutput) {
    timeline.usage(source, input, output, cachedInput, cacheWriteInput, reasoningOutput);
  }

  @Override
  public void finished(int choice, FinishReason reason, String raw) {
    timeline.finished(choice, reason, raw);
  }

  @Override
  public void endMarker() {
    timeline.endMarker();
  }

  @Override
  public void error(String message) {
    timeline.error(message);
  }

  @Override
  public void engineTimes(long queueNanos, long prefillNanos, long decodeNanos, long loadNanos) {
    timeline.engineTimes(queueNanos, prefillNanos, decodeNanos, loadNanos);
  }

  @Override
  public void frameLeftOut() {
    timeline.frameLeftOut();
  }

  @Override
  public void malformedFrame() {
    timeline.malformedFrame();
  }
}
