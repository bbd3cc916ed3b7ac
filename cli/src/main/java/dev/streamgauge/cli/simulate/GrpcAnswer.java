package dev.streamgauge.cli.simulate;

import dev.streamgauge.cli.simulate.AnswerShape.AnswerTimes;
import dev.streamgauge.timeline.Ticker;
import java.util.random.RandomGenerator;

/**
 * An answer to one request of a call. As in HTTP every piece has an absolute point in time, and a
 * client that does not read stops the writing; what comes as a whole comes when its last token
 * would have.
 */
final class GrpcAnswer {
  private final GrpcCall call;
  private final GrpcRequest request;
  private final AnswerPlan plan;
  private final GrpcShape shape;
  private final RandomGenerator random;
  private final SimulatorStats stats;
  private final Ticker ticker;
  private final DeadlineTimer timer;

  private long firstPieceAtNanos;
  private long pieceAtNanos;
  private long gapsNanos;
  private long tokensSent;
  private long pieceTokens;
  private int eventsSent;
  private boolean faultDone;

  /** Before its begin, too. */
  private boolean over = true;

  GrpcAnswer(
      GrpcCall call,
      Serving serving,
      GrpcRequest request,
      AnswerPlan plan,
      GrpcShape shape,
      RandomGenerator random) {
    this.call = call;
    this.request = request;
    this.plan = plan;
    this.shape = shape;
    this.random = random;
    stats = serving.stats();
    ticker = serving.ticker();
    timer = new DeadlineTimer(call.channel().eventLoop(), ticker, this::run);
  }

  AnswerPlan plan() {
    return plan;
  }

  GrpcShape shape() {
    return shape;
  }

  void begin() {
    over = false;
    stats.streamOpened();
    long now = ticker.nanos();
    long lateNanos = plan.fault() == Fault.SLOW_HEADERS ? plan.stallNanos() : 0;
    firstPieceAtNanos = now + Math.max(plan.ttftNanos(), lateNanos);
    pieceAtNanos = firstPieceAtNanos;
    nextPiece();
    if (!request.stream) {
      gapsNanos = plan.gapNanos(plan.tokens() - 1, random);
      pieceAtNanos += gapsNanos;
    }
    run();
  }

  void cancel() {
    if (!over) {
      over = true;
      timer.cancel();
      stats.streamClosed();
    }
  }

  /** Also when the client takes bytes again. */
  void run() {
    boolean written = false;
    while (!over && call.channel().isWritable()) {
      if (pieceAtNanos - ticker.nanos() > 0) {
        timer.at(pieceAtNanos);
        break;
      }
      written = true;
      step();
    }
    if (written) {
      call.channel().flush();
    }
  }

  private void step() {
    if (!faultIsDue()) {
      sendPiece();
      return;
    }
    faultDone = true;
    if (plan.fault() == Fault.STALL) {
      pieceAtNanos = ticker.nanos() + plan.stallNanos();
    } else {
      cancel();
      call.interrupted(this, next());
    }
  }

  /** The message that would have come, or the last one. */
  private byte[] next() {
    byte[] piece = shape.piece(0, tokensSent, tokensSent + pieceTokens);
    return piece.length > 0 ? piece : shape.closing(0, times()).getFirst();
  }

  /** Before the last piece at the latest: with it the answer would be whole. */
  private boolean faultIsDue() {
    boolean late = eventsSent >= plan.faultAfter() || tokensSent + pieceTokens >= plan.tokens();
    return !faultDone && late && StreamAnswer.interrupts(plan.fault());
  }

  private void sendPiece() {
    long end = tokensSent + pieceTokens;
    for (int choice = 0; choice < plan.choices(); choice++) {
      call.message(shape.piece(choice, tokensSent, end));
    }
    stats.tokensSent(pieceTokens * plan.choices());
    eventsSent++;
    if (end < plan.tokens()) {
      tokensSent = end;
      nextPiece();
      long gapNanos = plan.gapNanos(pieceTokens, random);
      gapsNanos += gapNanos;
      pieceAtNanos += gapNanos;
      return;
    }
    shape.closing(tokensSent, times()).forEach(call::message);
    cancel();
    call.answered(this);
  }

  private AnswerTimes times() {
    return new AnswerTimes(plan.ttftNanos() / 1e6, gapsNanos / 1e6);
  }

  private void nextPiece() {
    boolean reasons = tokensSent < plan.reasoningTokens();
    long left = (reasons ? plan.reasoningTokens() : plan.tokens()) - tokensSent;
    pieceTokens =
        request.stream
            ? Math.clamp(plan.tokensPerChunk().sampleLong(random), 1, left)
            : plan.tokens();
  }
}
