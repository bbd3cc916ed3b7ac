package dev.streamgauge.proxy;

import dev.streamgauge.timeline.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the whole proxy is at, in words and in JSON: numbers, ages and phases, never anything that a
 * client or a server sent. Any thread; what the loops say of themselves is at most a second old.
 */
final class ProcessState {
  private static final long TENTH_NANOS = 100_000_000;

  private final List<Loop> loops;
  private final Shared shared;

  ProcessState(List<Loop> loops, Shared shared) {
    this.loops = loops;
    this.shared = shared;
  }

  /** One line for each thing. */
  String text() {
    StringBuilder text = new StringBuilder(256);
    text.append("streamgauge: ").append(shared.drain().draining() ? "draining" : "serving");
    text.append("; in flight ").append(shared.drain().inFlight());
    for (Phase phase : Phase.values()) {
      text.append(", ").append(phase.label()).append(' ').append(inFlight(phase));
    }
    text.append("\nclient connections ").append(shared.clients().open()).append(" of ");
    text.append(shared.settings().limits().connectionsMax());
    text.append(shared.clients().paused() ? ", newcomers wait" : "");
    text.append("\nidle upstream connections");
    loops.forEach(loop -> text.append(' ').append(loop.state().upstreamIdle()));
    text.append("\nmemory: ").append(shared.guard().text());
    for (LoopState.Request request : oldest()) {
      text.append("\noldest: ").append(seconds(request)).append(" s, ");
      text.append(request.phase().label());
    }
    return text.toString();
  }

  String json() {
    StringBuilder json = new StringBuilder(256);
    json.append("{\"draining\":").append(shared.drain().draining());
    json.append(",\"in_flight\":").append(shared.drain().inFlight());
    json.append(",\"observe\":\"").append(shared.observation().now()).append('"');
    json.append(",\"phases\":{");
    for (Phase phase : Phase.values()) {
      json.append(phase == Phase.QUEUED ? "\"" : ",\"").append(phase.label()).append("\":");
      json.append(inFlight(phase));
    }
    json.append("},\"client_connections\":").append(shared.clients().open());
    json.append(",\"accept_paused\":").append(shared.clients().paused());
    json.append(",\"upstream_idle\":");
    json.append(loops.stream().mapToInt(loop -> loop.state().upstreamIdle()).sum());
    json.append(",\"memory_scarce\":").append(shared.guard().refusing()).append(",\"oldest\":[");
    String between = "";
    for (LoopState.Request request : oldest()) {
      json.append(between).append("{\"age_seconds\":").append(seconds(request));
      json.append(",\"phase\":\"").append(request.phase().label()).append("\"}");
      between = ",";
    }
    return json.append("]}\n").toString();
  }

  private int inFlight(Phase phase) {
    return loops.stream().mapToInt(loop -> loop.state().inFlight(phase)).sum();
  }

  private List<LoopState.Request> oldest() {
    List<LoopState.Request> all = new ArrayList<>();
    loops.forEach(loop -> all.addAll(loop.state().oldest()));
    all.sort(Comparator.comparingLong(LoopState.Request::receivedNanos));
    return all.subList(0, Math.min(all.size(), LoopState.OLDEST_MAX));
  }

  /** With one decimal. */
  private String seconds(LoopState.Request request) {
    long tenths = (shared.nanos() - request.receivedNanos()) / TENTH_NANOS;
    return tenths / 10 + "." + tenths % 10;
  }
}
