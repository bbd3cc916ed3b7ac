package dev.streamgauge.cli.simulate;

import io.netty.channel.EventLoop;
import java.util.function.Function;

/** An answer that begins when the engine has a slot for it. On the connection's event loop. */
final class SlottedAnswer implements Answer {
  private final Slots slots;
  private final EventLoop eventLoop;
  private final Answer answer;
  private final Runnable place = this::hasSlot;
  private boolean begun;
  private boolean over;

  /**
   * Waits with an answer.
   *
   * @param made makes it from what it is to tell of its end
   */
  SlottedAnswer(Slots slots, EventLoop eventLoop, Ended whenEnded, Function<Ended, Answer> made) {
    this.slots = slots;
    this.eventLoop = eventLoop;
    this.answer =
        made.apply(
            ending -> {
              finish();
              whenEnded.ended(ending);
            });
  }

  @Override
  public void begin() {
    slots.take(place);
  }

  private void hasSlot() {
    eventLoop.execute(
        () -> {
          if (over) {
            slots.giveBack();
          } else {
            begun = true;
            answer.begin();
          }
        });
  }

  private void finish() {
    over = true;
    if (begun) {
      begun = false;
      slots.giveBack();
    }
  }

  @Override
  public void writable() {
    if (begun) {
      answer.writable();
    }
  }

  @Override
  public void cancel() {
    if (begun) {
      answer.cancel();
    } else {
      var _ = slots.leave(place);
    }
    finish();
  }
}
