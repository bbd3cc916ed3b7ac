package dev.streamgauge.cli.simulate;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a simulator has done so far; written by its event loops, read by anyone. */
public final class SimulatorStats {
  private final LongAdder requests = new LongAdder();
  private final LongAdder streamsOpen = new LongAdder();
  private final LongAdder tokensSent = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private final Map<Fault, LongAdder> faults = new EnumMap<>(Fault.class);

  SimulatorStats() {
    for (Fault fault : Fault.values()) {
      faults.put(fault, new LongAdder());
    }
  }

  void requestBegan() {
    requests.increment();
  }

  void streamOpened() {
    streamsOpen.increment();
  }

  void streamClosed() {
    streamsOpen.decrement();
  }

  void tokensSent(long tokens) {
    tokensSent.add(tokens);
  }

  void clientLeft() {
    cancelled.increment();
  }

  void failed(Fault fault) {
    adder(fault).increment();
  }

  /** Request heads that were read. */
  public long requests() {
    return requests.sum();
  }

  /** Streaming answers that are under way. */
  public long streamsOpen() {
    return streamsOpen.sum();
  }

  /** In streams and whole answers. */
  public long tokensSent() {
    return tokensSent.sum();
  }

  /** Requests whose client left before the end of the answer. */
  public long cancelled() {
    return cancelled.sum();
  }

  /** Requests to which the fault was done. */
  public long failures(Fault fault) {
    return adder(fault).sum();
  }

  private LongAdder adder(Fault fault) {
    LongAdder adder = faults.get(fault);
    if (adder == null) {
      throw new IllegalStateException("made without " + fault);
    }
    return adder;
  }

  String json() {
    StringBuilder json = new StringBuilder(512);
    json.append("{\"requests\":").append(requests());
    json.append(",\"streams_open\":").append(streamsOpen());
    json.append(",\"tokens_sent\":").append(tokensSent());
    json.append(",\"cancelled\":").append(cancelled()).append(",\"faults\":{");
    String comma = "";
    for (Fault fault : Fault.values()) {
      json.append(comma).append('"').append(fault.label()).append("\":").append(failures(fault));
      comma = ",";
    }
    return json.append("}}").toString();
  }
}
