package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import dev.streamgauge.cli.simulate.AnswerShape.AnswerTimes;
import dev.streamgauge.cli.simulate.AnswerShape.Piece;
import dev.streamgauge.cli.simulate.AnswerShape.Tokens;
import dev.streamgauge.timeline.Ticker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * An answer in server-sent events, one HTTP chunk for each choice of a piece and one flush for all
 * of them. Every piece has an absolute point in time; a client that does not read stops the
 * writing, and what fell due meanwhile goes out as soon as it reads on, as from an engine that went
 * on generating.
 */
final class StreamAnswer implements Answer {
  private static final byte[] NOTHING = {};
  private static final byte[] LAST_CHUNK = utf8("0\r\n\r\n");
  private static final byte[] NO_CHUNK = utf8("zz\r\nno chunk\r\n");

  private final Channel channel;
  private final AnswerPlan plan;
  private final AnswerShape shape;
  private final LeadingPieces leading;
  private final byte[] head;
  private final RandomGenerator random;
  private final SimulatorStats stats;
  private final Ticker ticker;
  private final Ended ended;
  private final DeadlineTimer timer;
  private final ByteBuf scratch = Unpooled.buffer(512);

  private long beganAtNanos;
  private long headAtNanos;
  private long firstPieceAtNanos;
  private long pieceAtNanos;

  private boolean headSent;
  private boolean faultDone;
  private boolean over;
  private long tokensSent;
  private int eventsSent;
  private Piece piece = Piece.TEXT;
  private long pieceTokens;

  StreamAnswer(AnswerParts parts) {
    channel = parts.channel();
    plan = parts.plan();
    shape = parts.shape();
    leading = new LeadingPieces(plan, shape);
    head = ResponseHead.stream(parts.server(), plan.untilClose(), parts.keepAlive());
    random = parts.random();
    stats = parts.serving().stats();
    ticker = parts.serving().ticker();
    ended = parts.ended();
    timer = new DeadlineTimer(channel.eventLoop(), ticker, this::run);
  }

  @Override
  public void begin() {
    stats.streamOpened();
    long now = ticker.nanos();
    beganAtNanos = now;
    pieceAtNanos = now + plan.ttftNanos();
    headAtNanos = shape.headAtOnce() || plan.commentNanos() != null ? now : pieceAtNanos;
    if (plan.fault() == Fault.SLOW_HEADERS) {
      headAtNanos = now + plan.stallNanos();
      pieceAtNanos = later(pieceAtNanos, headAtNanos);
    }
    firstPieceAtNanos = pieceAtNanos;
    nextPiece();
    if (plan.tools() && shape.callsAtOnce()) {
      pieceAtNanos += plan.gapNanos(plan.tokens() - 1, random);
    }
    run();
  }

  private static long later(long one, long other) {
    return one - other > 0 ? one : other;
  }

  @Override
  public void writable() {
    run();
  }

  @Override
  public void cancel() {
    if (!over) {
      finish();
    }
  }

  private void finish() {
    over = true;
    timer.cancel();
    stats.streamClosed();
  }

  private void run() {
    boolean written = false;
    while (!over && channel.isWritable()) {
      long due =
          !headSent ? headAtNanos : leads() ? beganAtNanos + leading.nextAtNanos() : pieceAtNanos;
      if (due - ticker.nanos() > 0) {
        timer.at(due);
        break;
      }
      written = true;
      step();
    }
    if (written) {
      channel.flush();
    }
  }

  private boolean leads() {
    return tokensSent == 0 && leading.nextAtNanos() < pieceAtNanos - beganAtNanos;
  }

  private void step() {
    if (!headSent) {
      headSent = true;
      write(head);
    } else if (leads()) {
      leading.next().forEach(this::chunk);
    } else if (faultIsDue()) {
      faultDone = true;
      fail();
    } else {
      sendPiece();
    }
  }

  /** Before the last piece at the latest: where that has the finish reason, it would be whole. */
  private boolean faultIsDue() {
    return !faultDone
        && interrupts(plan.fault())
        && (eventsSent >= plan.faultAfter() || tokensSent + pieceTokens >= plan.tokens());
  }

  static boolean interrupts(@Nullable Fault fault) {
    return switch (fault) {
      case ERROR_IN_STREAM, TRUNCATE, CUT, RESET, STALL, BAD_FRAMING -> true;
      case null -> false;
      case HTTP_500,
          HTTP_429,
          SLOW_HEADERS,
          BAD_HEAD,
          NO_ANSWER,
          CLOSE_IDLE,
          CLOSE_ON_REUSE,
          EARLY_413 ->
          false;
    };
  }

  private void fail() {
    switch (plan.fault()) {
      case ERROR_IN_STREAM -> {
        shape.failure().forEach(this::chunk);
        endBody();
      }
      case TRUNCATE -> endBody();
      case CUT -> {
        renderPiece(0);
        writeHalf();
        end(Ending.FIN);
      }
      case RESET -> end(Ending.RESET);
      case BAD_FRAMING -> {
        write(NO_CHUNK);
        end(Ending.FIN);
      }
      case STALL -> pieceAtNanos = ticker.nanos() + plan.stallNanos();
      case null, default -> throw new IllegalStateException("no interruption");
    }
  }

  private void writeHalf() {
    byte[] whole = ByteBufUtil.getBytes(scratch);
    if (!plan.untilClose()) {
      write(utf8(Integer.toHexString(whole.length) + "\r\n"));
    }
    var _ =
        channel.write(Unpooled.wrappedBuffer(whole, 0, whole.length / 2), channel.voidPromise());
  }

  private void sendPiece() {
    if (tokensSent == 0 && !leading.opened() && !shape.openingInFirstChunk()) {
      leading.opening().forEach(this::chunk);
    }
    for (int choice = 0; choice < plan.choices(); choice++) {
      renderPiece(choice);
      chunk(ByteBufUtil.getBytes(scratch));
    }
    tokensSent += pieceTokens;
    eventsSent++;
    stats.tokensSent(pieceTokens * plan.choices());
    if (tokensSent >= plan.tokens()) {
      double promptMillis = plan.ttftNanos() / 1e6;
      double predictedMillis = (pieceAtNanos - firstPieceAtNanos) / 1e6;
      shape.closing(new AnswerTimes(promptMillis, predictedMillis)).forEach(this::chunk);
      endBody();
    } else {
      nextPiece();
      pieceAtNanos += plan.gapNanos(pieceTokens, random);
    }
  }

  private void renderPiece(int choice) {
    scratch.clear();
    if (tokensSent == 0 && !leading.opened() && shape.openingInFirstChunk()) {
      scratch.writeBytes(shape.opening(choice));
    }
    long end = tokensSent + pieceTokens;
    byte[] text =
        switch (piece) {
          case TEXT, REASONING -> Words.words(tokensSent, end);
          case TOOL_NAME -> NOTHING;
          case TOOL_ARGUMENTS -> Words.toolArguments(Math.max(1, tokensSent), end, plan.tokens());
        };
    shape.writeToken(scratch, choice, new Tokens(piece, text, end, end >= plan.tokens()));
  }

  private void nextPiece() {
    long left;
    if (plan.tools() && shape.callsAtOnce()) {
      piece = Piece.TOOL_ARGUMENTS;
      pieceTokens = plan.tokens();
      return;
    }
    if (plan.tools()) {
      piece = tokensSent == 0 ? Piece.TOOL_NAME : Piece.TOOL_ARGUMENTS;
      left = tokensSent == 0 ? 1 : plan.tokens() - tokensSent;
    } else {
      boolean reasons = tokensSent < plan.reasoningTokens();
      piece = reasons ? Piece.REASONING : Piece.TEXT;
      left = (reasons ? plan.reasoningTokens() : plan.tokens()) - tokensSent;
    }
    pieceTokens = Math.clamp(plan.tokensPerChunk().sampleLong(random), 1, left);
  }

  private void chunk(byte[] data) {
    if (data.length == 0) {
      return;
    }
    if (plan.untilClose()) {
      write(data);
      return;
    }
    ByteBuf out = channel.alloc().buffer(data.length + 12);
    ByteBufUtil.writeAscii(out, Integer.toHexString(data.length));
    out.writeShort('\r' << 8 | '\n').writeBytes(data).writeShort('\r' << 8 | '\n');
    var _ = channel.write(out, channel.voidPromise());
  }

  private void endBody() {
    if (!plan.untilClose()) {
      write(LAST_CHUNK);
    }
    end(plan.untilClose() ? Ending.FIN : Ending.KEEP);
  }

  private void end(Ending ending) {
    channel.flush();
    finish();
    ended.ended(ending);
  }

  private void write(byte[] bytes) {
    var _ = channel.write(Unpooled.wrappedBuffer(bytes), channel.voidPromise());
  }
}
