package dev.streamgauge.proxy;

import dev.streamgauge.telemetry.PageForm;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.timeline.Ticker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The metrics page, made one at a time, with a pause behind each, however many ask. All who wait
 * for the same form get the same page, and it is always begun after they asked. On the admin
 * thread; holds at most one waiting reader for each admin connection.
 */
final class SharedPage {
  /**
   * From the begin of a page to that of the next. A page takes about 2 ms of a processor, 5 ms
   * compressed: twenty a second are at most a tenth of one, whoever hammers. Nobody watches figures
   * that closely, and who asks once a second never waits.
   */
  static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A page of a hundred models takes longer than that: making pages is a quarter of the time. */
  private static final int TIMES_ITS_DURATION = 4;

  /** Pages that some reader has not yet taken; past it who is slowest is closed. */
  static final int HELD_BYTES_MAX = 16 * 1024 * 1024;

  private static final int FIRST_BYTES = 64 * 1024;

  /** Who asked for a page. Each is called once, with one of these two, unless it left. */
  interface Reader {
    PageForm form();

    /** Takes ownership of the page; the future completes when the socket has taken it. */
    ChannelFuture page(ByteBuf page, String contentType);

    void failed();

    /** Closes, whatever has been sent. */
    void close();
  }

  private final Telemetry telemetry;
  private final EventExecutor adminThread;
  private final Ticker ticker;
  private final List<Reader> waiting = new ArrayList<>();
  private final Deque<Held> held = new ArrayDeque<>();
  private int heldBytes;
  private int usualBytes = FIRST_BYTES;
  private long nextNanos;
  private boolean scheduled;

  SharedPage(Telemetry telemetry, EventExecutor adminThread, Ticker ticker) {
    this.telemetry = telemetry;
    this.adminThread = adminThread;
    this.ticker = ticker;
    this.nextNanos = ticker.nanos();
  }

  /** At once, if the last page is long enough ago. */
  void ask(Reader reader) {
    waiting.add(reader);
    if (!scheduled) {
      proceed();
    }
  }

  /** It left. */
  void forget(Reader reader) {
    waiting.remove(reader);
  }

  private void proceed() {
    scheduled = false;
    if (!waiting.isEmpty() && nextNanos - ticker.nanos() <= 0) {
      makeFor(waiting.getFirst().form());
    }
    if (!waiting.isEmpty()) {
      scheduled = true;
      var _ = adminThread.schedule(this::proceed, nextNanos - ticker.nanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void makeFor(PageForm form) {
    List<Reader> readers = waiting.stream().filter(each -> each.form().equals(form)).toList();
    waiting.removeAll(readers);
    ByteBuf page = ByteBufAllocator.DEFAULT.directBuffer(usualBytes);
    if (made(page, form)) {
      hand(page, form, readers);
    } else {
      readers.forEach(Reader::failed);
    }
    page.release();
  }

  private boolean made(ByteBuf page, PageForm form) {
    long began = ticker.nanos();
    try (ByteBufOutputStream out = new ByteBufOutputStream(page)) {
      telemetry.render(form, out);
      return true;
    } catch (IOException | RuntimeException e) {
      System.err.println("metrics: the page could not be made: " + e);
      return false;
    } finally {
      nextNanos = began + Math.max(PACE_NANOS, TIMES_ITS_DURATION * (ticker.nanos() - began));
    }
  }

  private void hand(ByteBuf page, PageForm form, List<Reader> readers) {
    int bytes = page.readableBytes();
    usualBytes = Math.max(FIRST_BYTES, bytes + bytes / 8);
    makeRoom(bytes);
    Held mine = new Held(bytes, new ArrayList<>(readers));
    String contentType = telemetry.contentType(form);
    held.add(mine);
    heldBytes += bytes;
    for (Reader reader : readers) {
      var _ =
          reader.page(page.retainedDuplicate(), contentType).addListener(_ -> taken(mine, reader));
    }
  }

  private void makeRoom(int bytes) {
    while (!held.isEmpty() && heldBytes + bytes > HELD_BYTES_MAX) {
      Held oldest = held.getFirst();
      List.copyOf(oldest.readers).forEach(Reader::close);
      drop(oldest);
    }
  }

  private void taken(Held page, Reader reader) {
    page.readers.remove(reader);
    if (page.readers.isEmpty()) {
      drop(page);
    }
  }

  private void drop(Held page) {
    if (held.remove(page)) {
      heldBytes -= page.bytes;
    }
  }

  /** A page and those whose sockets have not yet taken all of it. */
  private static final class Held {
    private final int bytes;
    private final List<Reader> readers;

    private Held(int bytes, List<Reader> readers) {
      this.bytes = bytes;
      this.readers = readers;
    }
  }
}
