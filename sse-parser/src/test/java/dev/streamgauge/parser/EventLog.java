package dev.streamgauge.parser;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A sink that keeps what it is told, as text and as sums. */
final class EventLog implements StreamSink {
  final List<String> events = new ArrayList<>();
  final Map<Integer, String> finishes = new TreeMap<>();
  final Map<TokenSource, long[]> usages = new TreeMap<>();
  int tokenEvents;
  int malformed;
  int leftOut;
  boolean ended;

  @Override
  public void model(String name) {
    events.add("model " + name);
  }

  @Override
  public void tokenEvent(int choice, TokenKind kind, int tokens, @Nullable TokenBasis basis) {
    tokenEvents++;
    String known = basis == null ? "" : " " + tokens + " by " + basis.label();
    events.add("token " + choice + " " + kind + known);
  }

  @Override
  public void choiceBegins(int choice) {
    events.add("begins " + choice);
  }

  @Override
  public void usage(
      TokenSource source, long input, long output, long cached, long written, long reasoning) {
    usages.put(source, new long[] {input, output, cached, written, reasoning});
    String thought = reasoning < 0 ? "" : " reasoning " + reasoning;
    events.add("usage " + source.label() + " " + input + " " + output + " " + cached + thought);
  }

  @Override
  public void finished(int choice, FinishReason reason, String raw) {
    finishes.put(choice, raw);
    events.add("finished " + choice + " " + reason.label() + " " + raw);
  }

  @Override
  public void endMarker() {
    ended = true;
    events.add("end");
  }

  @Override
  public void error(String message) {
    events.add("error " + message);
  }

  @Override
  public void engineTimes(long queue, long prefill, long decode, long load) {
    String queued = queue < 0 ? "" : " queue " + queue;
    String loaded = load < 0 ? "" : " load " + load;
    events.add("times " + prefill + " " + decode + queued + loaded);
  }

  @Override
  public void frameLeftOut() {
    leftOut++;
  }

  @Override
  public void malformedFrame() {
    malformed++;
    events.add("malformed");
  }
}
