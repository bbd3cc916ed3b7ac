package dev.streamgauge.proxy;

import dev.streamgauge.parser.UsageRemoval;
import dev.streamgauge.proxy.http1.BodyFraming;
import dev.streamgauge.proxy.http1.Head;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An answer in which something is to be taken out on its way to the client, because usage was asked
 * for by us. One that has a Content-Length is held as a whole, with its head, whose length changes.
 * On one event loop.
 */
final class AskedAnswer {
  private final Exchange exchange;
  private final ClientOutput output;
  private final UsageCut cut;
  private final long countedBytes;

  /** The head of a counted answer, until its end. */
  private @Nullable AnswerHead head;

  private boolean over;

  private AskedAnswer(
      Exchange exchange, ClientOutput output, HeldBody.Form form, long countedBytes) {
    this.exchange = exchange;
    this.output = output;
    this.countedBytes = countedBytes;
    int heldBytesMax = exchange.loop.shared.settings().limits().eventBytesMax();
    this.cut = new UsageCut(form, heldBytesMax, exchange.client.alloc().directBuffer());
  }

  /** Null where nothing can be there to be taken out, or can't be; counts that. */
  static @Nullable AskedAnswer of(
      Exchange exchange,
      ClientOutput output,
      Head head,
      int status,
      BodyFraming body,
      boolean dechunk) {
    String type = head.header("content-type");
    boolean events = type != null && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream");
    if (status / 100 != 2 || body.done()) {
      exchange.loop.live().usageRemoval(UsageRemoval.ABSENT);
      return null;
    }
    String length = head.header("content-length");
    long counted = length == null ? -1 : Long.parseLong(length);
    String coding = head.header("content-encoding");
    boolean plain = coding == null || coding.equalsIgnoreCase("identity");
    if (!events || !plain || counted > exchange.loop.shared.settings().limits().eventBytesMax()) {
      exchange.loop.live().usageRemoval(UsageRemoval.UNREADABLE);
      return null;
    }
    HeldBody.Form form =
        switch (body.kind()) {
          case CHUNKED -> dechunk ? HeldBody.Form.DECHUNKED : HeldBody.Form.CHUNKED;
          case COUNTED, UNTIL_CLOSE, STREAM, NONE -> HeldBody.Form.PLAIN;
        };
    return new AskedAnswer(exchange, output, form, counted);
  }

  long removedBytes() {
    return cut.removedBytes();
  }

  void head(AnswerHead answer, long nowNanos) {
    if (countedBytes < 0) {
      output.head(answer, nowNanos);
    } else {
      head = answer;
    }
  }

  /** Bytes of the body, framing included. Observes. */
  void read(ByteBuf buffer, int from, int to, long nowNanos) {
    cut.read(buffer, from, to);
    if (countedBytes < 0) {
      relay(nowNanos);
    }
  }

  void end(long nowNanos) {
    if (over) {
      return;
    }
    over = true;
    cut.end();
    exchange.loop.live().usageRemoval(cut.result());
    writeHead(countedBytes - cut.removedBytes(), nowNanos);
    relay(nowNanos);
  }

  /** The answer breaks off. */
  void breakOff(long nowNanos) {
    if (over) {
      return;
    }
    over = true;
    cut.breakOff();
    exchange.loop.live().usageRemoval(cut.result());
    writeHead(countedBytes, nowNanos);
    relay(nowNanos);
  }

  private void writeHead(long length, long nowNanos) {
    AnswerHead held = head;
    head = null;
    if (held != null) {
      output.head(held.withContentLength(length), nowNanos);
    }
  }

  private void relay(long nowNanos) {
    ByteBuf out = cut.out();
    if (out.isReadable()) {
      output.relay(out, out.readerIndex(), out.writerIndex(), nowNanos);
      out.clear();
    }
  }

  /** Frees what is held; counts an answer that the client left. */
  void close() {
    if (!over) {
      over = true;
      exchange.loop.live().usageRemoval(cut.result());
    }
    head = null;
    cut.out().release();
  }
}
