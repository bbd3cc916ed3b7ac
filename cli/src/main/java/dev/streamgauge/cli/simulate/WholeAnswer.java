package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import dev.streamgauge.cli.simulate.AnswerShape.AnswerTimes;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An answer that comes at once, when its last token would have. */
final class WholeAnswer implements Answer {
  private final Channel channel;
  private final Serving serving;
  private final AnswerPlan plan;
  private final AnswerShape shape;
  private final EngineStyle style;
  private final boolean keepAlive;
  private final RandomGenerator random;
  private final Ended ended;
  private final DeadlineTimer timer;
  private final DeadlineTimer restTimer;
  private byte[] body = new byte[0];
  private int sent;

  WholeAnswer(
      Channel channel,
      Serving serving,
      AnswerPlan plan,
      AnswerShape shape,
      EngineStyle style,
      boolean keepAlive,
      RandomGenerator random,
      Ended ended) {
    this.channel = channel;
    this.serving = serving;
    this.plan = plan;
    this.shape = shape;
    this.style = style;
    this.keepAlive = keepAlive;
    this.random = random;
    this.ended = ended;
    this.timer = new DeadlineTimer(channel.eventLoop(), serving.ticker(), this::send);
    this.restTimer = new DeadlineTimer(channel.eventLoop(), serving.ticker(), this::sendRest);
  }

  @Override
  public void begin() {
    long gapsNanos = plan.gapNanos(plan.tokens() - 1, random);
    body = utf8(text(gapsNanos));
    long lateNanos = plan.fault() == Fault.SLOW_HEADERS ? plan.stallNanos() : 0;
    timer.at(serving.ticker().nanos() + plan.ttftNanos() + gapsNanos + lateNanos);
  }

  private String text(long gapsNanos) {
    if (plan.fault() == Fault.ERROR_IN_STREAM) {
      return shape.wholeFailure();
    }
    AnswerTimes times = new AnswerTimes(plan.ttftNanos() / 1e6, gapsNanos / 1e6);
    long tokens = plan.tokens();
    long reasoning = plan.reasoningTokens();
    byte[] answer =
        plan.tools() ? Words.toolArguments(1, tokens, tokens) : Words.words(reasoning, tokens);
    return shape.whole(
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
        restTimer.at(serving.ticker().nanos() + plan.stallNanos());
      }
      case null, default -> {
        serving.stats().tokensSent(plan.fault() == Fault.ERROR_IN_STREAM ? 0 : plan.tokens());
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
    ended.ended(ending);
  }

  private void head(@Nullable String length) {
    byte[] head = ResponseHead.json(style, 200, plan.untilClose() ? null : length, keepAlive);
    var _ = channel.write(Unpooled.wrappedBuffer(head), channel.voidPromise());
  }

  private void sendUpTo(int end) {
    var _ =
        channel.writeAndFlush(
            Unpooled.wrappedBuffer(body, sent, end - sent), channel.voidPromise());
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
