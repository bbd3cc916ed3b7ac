package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import dev.streamgauge.cli.simulate.AnswerShape.AnswerTimes;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** An answer that comes at once, when its last token would have. */
final class WholeAnswer implements Answer {
  private final AnswerParts parts;
  private final AnswerPlan plan;
  private final DeadlineTimer timer;
  private final DeadlineTimer restTimer;
  private byte[] body = new byte[0];
  private String headers = "";
  private int sent;

  WholeAnswer(AnswerParts parts) {
    this.parts = parts;
    this.plan = parts.plan();
    this.timer = timer(parts, this::send);
    this.restTimer = timer(parts, this::sendRest);
  }

  private static DeadlineTimer timer(AnswerParts parts, Runnable due) {
    return new DeadlineTimer(parts.channel().eventLoop(), parts.serving().ticker(), due);
  }

  @Override
  public void begin() {
    long gapsNanos = plan.gapNanos(Math.max(0, plan.tokens() - 1), parts.random());
    body = utf8(text(gapsNanos));
    long lateNanos = plan.fault() == Fault.SLOW_HEADERS ? plan.stallNanos() : 0;
    timer.at(parts.serving().ticker().nanos() + plan.ttftNanos() + gapsNanos + lateNanos);
  }

  private String text(long gapsNanos) {
    if (plan.fault() == Fault.ERROR_IN_STREAM) {
      return parts.shape().wholeFailure();
    }
    AnswerTimes times = new AnswerTimes(plan.ttftNanos() / 1e6, gapsNanos / 1e6);
    headers = parts.shape().wholeHeaders(times);
    long tokens = plan.tokens();
    long reasoning = plan.reasoningTokens();
    byte[] answer =
        plan.tools() ? Words.toolArguments(1, tokens, tokens) : Words.words(reasoning, tokens);
    return parts
        .shape()
        .whole(
            new String(answer, StandardCharsets.UTF_8),
            new String(Words.words(0, reasoning), StandardCharsets.UTF_8),
            times);
  }

  private void send() {
    int half = body.length / 2;
    switch (plan.fault()) {
      case TRUNCATE -> {
        head(Integer.toString(half));
        sendUpTo(half);
        finish();
      }
      case CUT -> cutOff(half, Ending.FIN);
      case RESET -> cutOff(half, Ending.RESET);
      case BAD_FRAMING -> {
        head("twelve");
        sendUpTo(body.length);
        end(Ending.FIN);
      }
      case STALL -> {
        head(Integer.toString(body.length));
        sendUpTo(half);
        restTimer.at(parts.serving().ticker().nanos() + plan.stallNanos());
      }
      case null, default -> {
        parts
            .serving()
            .stats()
            .tokensSent(plan.fault() == Fault.ERROR_IN_STREAM ? 0 : plan.tokens() * plan.choices());
        head(Integer.toString(body.length));
        sendRest();
      }
    }
  }

  private void cutOff(int half, Ending ending) {
    head(Integer.toString(body.length));
    sendUpTo(half);
    end(ending);
  }

  private void sendRest() {
    sendUpTo(body.length);
    finish();
  }

  private void finish() {
    end(plan.untilClose() ? Ending.FIN : Ending.KEEP);
  }

  private void end(Ending ending) {
    cancel();
    parts.ended().ended(ending);
  }

  private void head(@Nullable String length) {
    byte[] head =
        ResponseHead.json(
            parts.server(), 200, headers, plan.untilClose() ? null : length, parts.keepAlive());
    var _ = parts.channel().write(Unpooled.wrappedBuffer(head), parts.channel().voidPromise());
  }

  private void sendUpTo(int end) {
    var _ =
        parts
            .channel()
            .writeAndFlush(
                Unpooled.wrappedBuffer(body, sent, end - sent), parts.channel().voidPromise());
    sent = end;
  }

  /** All of it is one write. */
  @Override
  public void writable() {}

  @Override
  public void cancel() {
    timer.cancel();
    restTimer.cancel();
  }
}
