package dev.streamgauge.proxy;

import dev.streamgauge.timeline.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one event loop is at, for whoever looks from outside: numbers and ages, nothing that a
 * client sent. Made on the loop, then read by any thread.
 */
final class LoopState {
  static final int OLDEST_MAX = 5;

  /** A request that has not ended. */
  record Request(long receivedNanos, Phase phase) {}

  private final Map<Phase, Integer> phases = new EnumMap<>(Phase.class);
  private final List<Request> oldest = new ArrayList<>(OLDEST_MAX + 1);
  private final int clients;
  private final int upstreamIdle;

  LoopState(int clients, int upstreamIdle) {
    this.clients = clients;
    this.upstreamIdle = upstreamIdle;
  }

  /** One that is in flight here; before this is published. */
  void add(long receivedNanos, Phase phase) {
    phases.merge(phase, 1, Integer::sum);
    if (oldest.size() < OLDEST_MAX || oldest.getLast().receivedNanos() > receivedNanos) {
      oldest.add(new Request(receivedNanos, phase));
      oldest.sort(Comparator.comparingLong(Request::receivedNanos));
      if (oldest.size() > OLDEST_MAX) {
        oldest.removeLast();
      }
    }
  }

  int clients() {
    return clients;
  }

  int upstreamIdle() {
    return upstreamIdle;
  }

  int inFlight(Phase phase) {
    return phases.getOrDefault(phase, 0);
  }

  /** Longest first. */
  List<Request> oldest() {
    return oldest;
  }
}
