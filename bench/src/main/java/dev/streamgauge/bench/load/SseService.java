package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A streamed chat, each event a frame of its own. */
final class SseService implements Service {
  private final Answer answer;

  SseService(int tokens) {
    answer = new Answer(tokens, false);
  }

  @Override
  public byte[] requestHead() {
    return HeadBlock.request(true, "/v1/chat/completions")
        .field("content-type", "application/json")
        .field("accept", "application/json")
        .field("user-agent", "streamgauge-bench")
        .field("content-length", Integer.toString(StreamClient.BODY.length()))
        .done();
  }

  @Override
  public byte[] requestBody() {
    return StreamClient.BODY.getBytes(US_ASCII);
  }

  @Override
  public byte[] answerHead() {
    return HeadBlock.ok()
        .field("date", "Tue, 24 Nov 2026 09:00:00 GMT")
        .field("server", "uvicorn")
        .field("content-type", "text/event-stream; charset=utf-8")
        .done();
  }

  @Override
  public @Nullable ByteBuffer opening() {
    return answer.role();
  }

  @Override
  public ByteBuffer token(long nanos) {
    return answer.token(nanos);
  }

  @Override
  public ByteBuffer[] tail() {
    return answer.tail();
  }

  @Override
  public byte @Nullable [] trailer() {
    return null;
  }

  @Override
  public Reader reader() {
    return new Stamps();
  }

  private static final class Stamps implements Reader {
    private final DigitStamp stamp = new DigitStamp();
    private int tokens;

    @Override
    public void read(ByteBuffer data, Delays delays) {
      while (data.hasRemaining()) {
        if (stamp.take(data.get())) {
          tokens++;
          delays.token(stamp.nanos());
        }
      }
    }

    @Override
    public int tokens() {
      return tokens;
    }
  }
}
