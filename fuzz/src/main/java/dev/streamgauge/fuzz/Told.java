package dev.streamgauge.fuzz;

import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Keeps what a reader tells, as text, holds it against the sink's own rules, and passes it on. */
final class Told implements StreamSink {
  private static final int CHOICES_MAX = 128;
  private static final int TEXT_CHARS_MAX = 256;

  private final StreamSink next;
  private final StringBuilder text = new StringBuilder();
  private boolean modelTold;
  private boolean ended;

  Told(StreamSink next) {
    this.next = next;
  }

  String text() {
    return text.toString();
  }

  @Override
  public void model(String name) {
    Checks.that(!modelTold, "the model is told once", name);
    modelTold = true;
    bounded(name);
    text.append("model ").append(name).append('\n');
    next.model(name);
  }

  @Override
  public void tokenEvent(int choice, TokenKind kind, int tokens, @Nullable TokenBasis basis) {
    inRange(choice);
    Checks.that(tokens >= 0 && (basis == null) == (tokens == 0), "a count has a basis", tokens);
    text.append("token ").append(choice).append(kind).append(tokens).append(basis).append('\n');
    next.tokenEvent(choice, kind, tokens, basis);
  }

  @Override
  public void choiceBegins(int choice) {
    inRange(choice);
    text.append("begins ").append(choice).append('\n');
    next.choiceBegins(choice);
  }

  @Override
  public void inference(byte[] bytes, int idStart, int idEnd, int modelStart, int modelEnd) {
    text.append("inference ").append(latin(bytes, idStart, idEnd)).append(' ');
    text.append(latin(bytes, modelStart, modelEnd)).append('\n');
    next.inference(bytes, idStart, idEnd, modelStart, modelEnd);
  }

  private static String latin(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void inferenceEnded() {
    text.append("inference ended\n");
    next.inferenceEnded();
  }

  @Override
  public void usage(
      TokenSource source, long input, long output, long cached, long written, long reasoning) {
    text.append("usage ").append(source);
    for (long count : new long[] {input, output, cached, written, reasoning}) {
      Checks.that(count >= UNKNOWN, "a count is known or UNKNOWN", count);
      text.append(' ').append(count);
    }
    text.append('\n');
    next.usage(source, input, output, cached, written, reasoning);
  }

  @Override
  public void finished(int choice, FinishReason reason, String raw) {
    inRange(choice);
    bounded(raw);
    text.append("finished ").append(choice).append(reason).append(raw).append('\n');
    next.finished(choice, reason, raw);
  }

  @Override
  public void endMarker() {
    Checks.that(!ended, "an answer ends once", text);
    ended = true;
    text.append("end\n");
    next.endMarker();
  }

  @Override
  public void error(String message) {
    bounded(message);
    text.append("error ").append(message).append('\n');
    next.error(message);
  }

  @Override
  public void engineTimes(long queue, long prefill, long decode, long load) {
    text.append("times");
    for (long nanos : new long[] {queue, prefill, decode, load}) {
      Checks.that(nanos >= UNKNOWN, "a time is known or UNKNOWN", nanos);
      text.append(' ').append(nanos);
    }
    text.append('\n');
    next.engineTimes(queue, prefill, decode, load);
  }

  @Override
  public void frameLeftOut() {
    text.append("left out\n");
    next.frameLeftOut();
  }

  @Override
  public void malformedFrame() {
    text.append("malformed\n");
    next.malformedFrame();
  }

  private static void inRange(int choice) {
    Checks.that(choice >= 0 && choice < CHOICES_MAX, "a choice has a small number", choice);
  }

  private static void bounded(String text) {
    Checks.that(text.length() <= TEXT_CHARS_MAX, "a text is bounded", text.length());
  }
}
