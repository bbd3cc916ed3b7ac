package dev.streamgauge.cli.simulate;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a stream may send before its first token: an opening that comes early, the progress of the
 * prompt, and comments again and again. Times count from the answer's begin.
 */
final class LeadingPieces {
  private static final long NEVER = Long.MAX_VALUE;

  private final AnswerPlan plan;
  private final AnswerShape shape;
  private long openingAtNanos;
  private long progressAtNanos;
  private long commentAtNanos;
  private int progressSent;
  private boolean opened;

  LeadingPieces(AnswerPlan plan, AnswerShape shape) {
    this.plan = plan;
    this.shape = shape;
    Long opening = plan.openingNanos();
    openingAtNanos = opening != null ? opening : shape.opensAtOnce() ? 0 : NEVER;
    progressAtNanos = plan.progress() ? 0 : NEVER;
    Long comments = plan.commentNanos();
    commentAtNanos = comments == null ? NEVER : comments;
  }

  /** Whether the opening has gone. */
  boolean opened() {
    return opened;
  }

  /** When the next is due. */
  long nextAtNanos() {
    return Math.min(openingAtNanos, Math.min(progressAtNanos, commentAtNanos));
  }

  /** The next ones, each its own HTTP chunk. */
  List<byte[]> next() {
    long now = nextAtNanos();
    if (openingAtNanos == now) {
      return opening();
    }
    return List.of(progressAtNanos == now ? progress() : comment());
  }

  /** The openings of all choices. */
  List<byte[]> opening() {
    opened = true;
    openingAtNanos = NEVER;
    return IntStream.range(0, plan.choices()).mapToObj(shape::opening).toList();
  }

  private byte[] progress() {
    byte[] piece = shape.progress(progressSent, plan.ttftNanos() / 1e6);
    progressSent++;
    progressAtNanos =
        progressSent < AnswerShape.PROGRESS_PIECES
            ? plan.ttftNanos() * progressSent / AnswerShape.PROGRESS_PIECES
            : NEVER;
    return piece;
  }

  private byte[] comment() {
    Long interval = plan.commentNanos();
    commentAtNanos = interval == null ? NEVER : commentAtNanos + interval;
    return shape.keepAlive();
  }
}
