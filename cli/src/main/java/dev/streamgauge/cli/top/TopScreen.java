package dev.streamgauge.cli.top;

import dev.streamgauge.cli.Main;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The table on a terminal, drawn in place until a key or a signal ends it. */
final class TopScreen {
  private static final long SIZE_MILLIS = 1000;
  private static final long RETRY_MILLIS = 2000;

  private final LiveFeed.Place place;
  private final PrintStream out;
  private final TopState state = new TopState();
  private final AtomicReference<@Nullable LiveFeed> open = new AtomicReference<>();
  private volatile boolean quit;
  private Terminal.Size size = new Terminal.Size(80, 24);
  private long sizedMillis;
  private String note = "";

  TopScreen(LiveFeed.Place place, PrintStream out) {
    this.place = place;
    this.out = out;
  }

  /** The first connection has to succeed; one that is lost later is tried again. */
  int run() throws IOException, InterruptedException {
    LiveFeed feed = LiveFeed.open(place);
    open.set(feed);
    try (Terminal terminal = Terminal.open(out)) {
      Thread.ofPlatform().daemon().name("top-keys").start(() -> readKeys());
      while (!quit) {
        if (feed != null) {
          follow(feed, terminal);
        }
        if (!quit) {
          draw(terminal);
          Thread.sleep(RETRY_MILLIS);
          feed = reopened();
        }
      }
    }
    return Main.OK;
  }

  private void follow(LiveFeed feed, Terminal terminal) {
    try (feed) {
      note = "";
      for (LiveFeed.Event event = feed.next(); event != null && !quit; event = feed.next()) {
        state.add(event);
        if (event.name().equals("snapshot")) {
          draw(terminal);
        }
      }
      note = "the connection ended; it is tried again";
    } catch (IOException e) {
      note = "not connected: " + Plain.text(TopCommand.why(e)) + "; it is tried again";
    }
  }

  private @Nullable LiveFeed reopened() throws InterruptedException {
    try {
      LiveFeed feed = LiveFeed.open(place);
      open.set(feed);
      return feed;
    } catch (IOException e) {
      note = "not connected: " + Plain.text(TopCommand.why(e)) + "; it is tried again";
      return null;
    }
  }

  private void draw(Terminal terminal) {
    long now = System.currentTimeMillis();
    if (now - sizedMillis >= SIZE_MILLIS) {
      sizedMillis = now;
      size = terminal.size();
    }
    terminal.draw(TopTable.of(state, note, size.width(), size.height()), size.height());
  }

  /** q, or the end of what is typed. */
  private void readKeys() {
    try {
      int key = System.in.read();
      while (key >= 0 && key != 'q' && key != 'Q') {
        key = System.in.read();
      }
    } catch (IOException e) {
      return; // no keys: a signal ends it
    }
    quit = true;
    LiveFeed feed = open.get();
    if (feed != null) {
      feed.close();
    }
  }
}
