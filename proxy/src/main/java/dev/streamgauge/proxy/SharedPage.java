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
 * The metrics page, made one at a time and, where more ask than it can be made for, with pauses.
 * All who wait for the same form get the same page, and it is always begun after they asked. On the
 * admin thread; holds at most one waiting reader for each admin connection.
 */
final class SharedPage {
  /**
   * A page is paid for by a hundred times what it took, so that making pages comes to a hundredth
   * of a processor whoever hammers, and the streams' p99 stays below it. But no page costs less
   * than the least, nor more than the most: a page a second is for anybody.
   */
  private static final int TIMES_ITS_DURATION = 100;

  static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * So much may be owed: five pages in a row wait for nothing, a hundred where each is made within
   * half a millisecond, and about ten of a program that has just started.
   */
  static final long CREDIT_NANOS = TimeUnit.SECONDS.toNanos(5);

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
  private long paidAtNanos;
  private boolean scheduled;

  SharedPage(Telemetry telemetry, EventExecutor adminThread, Ticker ticker) {
    this.telemetry = telemetry;
    this.adminThread = adminThread;
    this.ticker = ticker;
    this.paidAtNanos = ticker.nanos();
  }

  /** At once, if not too much is owed for the last pages. */
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
    if (!waiting.isEmpty() && owedTooMuchNanos() <= 0) {
      makeFor(waiting.getFirst().form());
    }
    if (!waiting.isEmpty()) {
      scheduled = true;
      var _ = adminThread.schedule(this::proceed, owedTooMuchNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private long owedTooMuchNanos() {
    return paidAtNanos - ticker.nanos() - CREDIT_NANOS;
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
      pay(began, ticker.nanos());
    }
  }

  private void pay(long began, long ended) {
    long price = TIMES_ITS_DURATION * (ended - began);
    long from = paidAtNanos - began > 0 ? paidAtNanos : began;
    paidAtNanos = from + Math.clamp(price, LEAST_NANOS, MOST_NANOS);
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
