package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The bytes of one streamed chat answer as vLLM words it: each event about 230 bytes long and, over
 * HTTP/1.1, a chunk of its own. A token event carries the time at which it was written in its
 * content, as {@code @} and nineteen digits.
 */
final class Answer {
  static final byte STAMP_MARK = '@';
  static final int STAMP_DIGITS = 19;

  private static final String HEAD =
      String.join(
          "\r\n",
          "HTTP/1.1 200 OK",
          "date: Tue, 24 Nov 2026 09:00:00 GMT",
          "server: uvicorn",
          "content-type: text/event-stream; charset=utf-8",
          "transfer-encoding: chunked",
          "",
          "");
  private static final String ID =
      "{\"id\":\"chatcmpl-5d3c0a7e9b1f4c62a8d0e4f7b6c5a391\",\"object\":\"chat.completion.chunk\","
          + "\"created\":1795510800,\"model\":\"bench\",\"choices\":[";

  private final boolean chunked;
  private final ByteBuffer head = direct(HEAD);
  private final ByteBuffer role;
  private final ByteBuffer token;
  private final ByteBuffer finish;
  private final ByteBuffer usage;
  private final ByteBuffer done;
  private final ByteBuffer end = direct("0\r\n\r\n");
  private final int stampStart;

  Answer(int tokens, boolean chunked) {
    this.chunked = chunked;
    role =
        event(
            ID
                + "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                + "\"logprobs\":null,\"finish_reason\":null}],\"prompt_token_ids\":null}");
    token =
        event(
            ID
                + "{\"index\":0,\"delta\":{\"content\":\"@"
                + "0".repeat(STAMP_DIGITS)
                + "\"},\"logprobs\":null,\"finish_reason\":null,\"token_ids\":null}]}");
    finish =
        event(
            ID
                + "{\"index\":0,\"delta\":{\"content\":\"\"},\"logprobs\":null,"
                + "\"finish_reason\":\"length\",\"stop_reason\":null,\"token_ids\":null}]}");
    done = event("[DONE]");
    usage =
        event(
            ID
                + "],\"usage\":{\"prompt_tokens\":17,\"total_tokens\":"
                + (tokens + 17)
                + ",\"completion_tokens\":"
                + tokens
                + "}}");
    stampStart = indexOf(token, STAMP_MARK) + 1;
  }

  ByteBuffer head() {
    return head.rewind();
  }

  ByteBuffer role() {
    return role.rewind();
  }

  /** The one token event, stamped anew; valid until the next call. */
  ByteBuffer token(long nanos) {
    long rest = nanos;
    for (int i = stampStart + STAMP_DIGITS - 1; i >= stampStart; i--) {
      token.put(i, (byte) ('0' + rest % 10));
      rest /= 10;
    }
    return token.rewind();
  }

  /** What follows the last token, one write each. */
  ByteBuffer[] tail() {
    ByteBuffer[] events = {finish.rewind(), usage.rewind(), done.rewind(), end.rewind()};
    return chunked ? events : Arrays.copyOf(events, 3);
  }

  private ByteBuffer event(String data) {
    String event = "data: " + data + "\n\n";
    return direct(chunked ? Integer.toHexString(event.length()) + "\r\n" + event + "\r\n" : event);
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private static int indexOf(ByteBuffer buffer, byte wanted) {
    int i = 0;
    while (buffer.get(i) != wanted) {
      i++;
    }
    return i;
  }
}
