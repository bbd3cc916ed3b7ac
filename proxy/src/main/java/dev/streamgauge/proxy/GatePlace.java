package dev.streamgauge.proxy;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.proxy.gate.Gate;
import dev.streamgauge.proxy.gate.Ticket;
import dev.streamgauge.proxy.gate.Urgency;
import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Protocol;
import io.netty.util.concurrent.Future;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request's place in the queue in front of the server: asks for a permit, waits no longer than
 * it may, and gives back what it has when the request ends. On the request's event loop.
 */
final class GatePlace {
  /** They ask or tell, and the server answers at once. */
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

  /**
   * What is asked by POST and keeps no server busy: SGLang's wish to end a request, which may not
   * wait behind it, Triton's list of models, and a health check of gRPC-Web, which is HTTP to us.
   */
  private static final Set<String> BESIDE =
      Set.of("/abort_request", "/v2/repository/index", "/grpc.health.v1.Health/Check");

  private final Exchange exchange;
  private final Gate gate;
  private final int urgency;
  private @Nullable Ticket ticket;
  private @Nullable Future<?> timeout;

  private GatePlace(Exchange exchange, Gate gate, int urgency) {
    this.exchange = exchange;
    this.gate = gate;
    this.urgency = urgency;
  }

  /** Null for who need not ask. */
  static @Nullable GatePlace of(Exchange exchange, Head head, Operation operation) {
    Gate gate = exchange.loop.shared.gate();
    if (gate == null || bypasses(exchange, head, operation)) {
      return null;
    }
    String header = exchange.loop.shared.settings().gate().priorityHeader();
    String value = header == null ? null : head.header(header);
    return new GatePlace(exchange, gate, Urgency.of(value));
  }

  /** Health checks, scrapes, lists of models: none of them keeps the server busy. */
  private static boolean bypasses(Exchange exchange, Head head, Operation operation) {
    if (exchange.inferences != null) {
      return true; // clients keep such a call open while they ask for nothing
    }
    if (operation != Operation.OTHER || exchange.upgradeAsked) {
      return false;
    }
    return exchange.protocol == Protocol.GRPC
        || SAFE_METHODS.contains(head.method())
        || BESIDE.contains(head.path());
  }

  /** Whether it may go on now; else it is told later that it may, or is refused. */
  boolean enter(long nowNanos) {
    Ticket entered = gate.enter(urgency, nowNanos, this::admittedByAnother);
    ticket = entered;
    if (entered.admitted()) {
      return true;
    }
    if (entered.waiting()) {
      long nanos = exchange.loop.shared.settings().gate().queueTimeout().toNanos();
      timeout = exchange.loop.eventLoop.schedule(this::late, nanos, TimeUnit.NANOSECONDS);
    } else {
      exchange.loop.eventLoop.execute(this::full);
    }
    return false;
  }

  /** Whoever gave the permit back may be on another loop. */
  private void admittedByAnother() {
    exchange.loop.eventLoop.execute(this::admitted);
  }

  private void admitted() {
    cancelTimeout();
    if (exchange.wantsConnection() && !exchange.admitted()) {
      exchange.admitted(exchange.loop.nanos());
    }
  }

  private void full() {
    refuse(Outcome.POLICY_QUEUE_FULL, "the queue in front of the server is full");
  }

  private void late() {
    Ticket waiting = ticket;
    if (waiting != null && waiting.waiting()) {
      refuse(Outcome.POLICY_QUEUE_TIMEOUT, "no place with the server was free in time");
    }
  }

  private void refuse(Outcome outcome, String message) {
    long now = exchange.loop.nanos();
    leave(now);
    if (!exchange.ended()) {
      exchange.times.sentAway(now);
      exchange.answer(503, outcome, message);
    }
  }

  /** The server has nothing more to do for it. */
  void leave(long nowNanos) {
    cancelTimeout();
    Ticket entered = ticket;
    if (entered != null) {
      entered.leave(nowNanos);
    }
  }

  private void cancelTimeout() {
    Future<?> pending = timeout;
    timeout = null;
    if (pending != null) {
      var _ = pending.cancel(false);
    }
  }

  /** Once. */
  void firstToken(long nowNanos) {
    Ticket entered = ticket;
    if (entered != null) {
      entered.firstToken(exchange.times.sentNanos(), nowNanos);
    }
  }

  /** The server's answer came whole. */
  void served(int status, long nowNanos) {
    Ticket entered = ticket;
    if (entered != null && status / 100 == 2) {
      entered.served(exchange.times.sentNanos(), nowNanos);
    }
  }

  /** The server's answer began. */
  void answered(int status, long nowNanos) {
    Ticket entered = ticket;
    if (entered != null && (status == 429 || status == 503)) {
      entered.refused(nowNanos);
    }
  }
}
