package dev.streamgauge.bench.jmh;

import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import org.jspecify.annotations.Nullable;

/** Takes what the parser says and does nothing with it. */
final class NoSink implements StreamSink {
  @Override
  public void model(String name) {}

  @Override
  public void tokenEvent(int choice, TokenKind kind, int tokens, @Nullable TokenBasis basis) {}

  @Override
  public void usage(
      TokenSource source,
      long input,
      long output,
      long cachedInput,
      long cacheWriteInput,
      long reasoningOutput) {}

  @Override
  public void finished(int choice, FinishReason reason, String raw) {}

  @Override
  public void endMarker() {}

  @Override
  public void error(String message) {}

  @Override
  public void engineTimes(long queueNanos, long prefillNanos, long decodeNanos, long loadNanos) {}

  @Override
  public void malformedFrame() {}
}
