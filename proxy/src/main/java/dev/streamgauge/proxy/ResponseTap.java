package dev.streamgauge.proxy;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.ResponseHeaders;
import dev.streamgauge.parser.ResponseReader;
import dev.streamgauge.parser.UnparsedReason;
import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.timeline.Inferences;
import dev.streamgauge.timeline.TokenTimeline;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the data of one response as it passes and never owns it: copies what is to be read into
 * the loop's scratch array and feeds the reader. Whatever goes wrong in here switches the reading
 * of this response off, and nothing else.
 */
final class ResponseTap implements BodyFraming.Data {
  private final Loop loop;
  private final TokenTimeline tokens;
  private final ResponseReader reader;
  private long dataBytes;
  private boolean failed;

  private ResponseTap(Loop loop, TokenTimeline tokens, ResponseReader reader) {
    this.loop = loop;
    this.tokens = tokens;
    this.reader = reader;
  }

  static ResponseTap open(
      Loop loop,
      RequestFacts request,
      boolean observed,
      @Nullable Inferences inferences,
      int status,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      ResponseHeaders headers) {
    Shared shared = loop.shared;
    TokenTimeline tokens = new TokenTimeline(shared.timeline(), inferences);
    ResponseReader reader =
        observed
            ? ResponseReader.open(
                request,
                status,
                contentType,
                contentEncoding,
                headers,
                shared.dialects().at(request.path()),
                shared.readerLimits(),
                loop.patterns,
                tokens)
            : ResponseReader.unobserved(request, status, contentType, loop.patterns, tokens);
    return new ResponseTap(loop, tokens, reader);
  }

  TokenTimeline tokens() {
    return tokens;
  }

  long dataBytes() {
    return dataBytes;
  }

  boolean stream() {
    return reader.stream();
  }

  Dialect dialect() {
    return reader.dialect();
  }

  @Nullable UnparsedReason unparsed() {
    return failed ? UnparsedReason.FAILURE : reader.unparsed();
  }

  /** An end without the dialect's marker is a truncation. */
  boolean readToItsEnd() {
    return !failed && reader.readToItsEnd();
  }

  /** One socket read begins. */
  void readAt(long nanos, boolean afterPause) {
    tokens.readAt(nanos, afterPause);
  }

  @Override
  public void data(ByteBuf buffer, int start, int end) {
    dataBytes += end - start;
    if (failed || !reader.wantsBytes()) {
      return;
    }
    byte[] scratch = loop.scratch;
    for (int at = start; at < end; at += scratch.length) {
      int length = Math.min(scratch.length, end - at);
      buffer.getBytes(at, scratch, 0, length);
      feed(scratch, length);
    }
  }

  private void feed(byte[] bytes, int length) {
    try {
      reader.read(bytes, 0, length);
    } catch (RuntimeException | StackOverflowError e) {
      failed = true;
    }
  }

  /** The body ended as HTTP framing says. */
  void end() {
    if (failed) {
      return;
    }
    try {
      reader.end();
    } catch (RuntimeException | StackOverflowError e) {
      failed = true;
    }
  }

  void close() {
    reader.close();
  }
}
