package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Requests that either side kills at random points, from one seed. Whatever happens, each request
 * has one record with an outcome that fits who did it, and nothing stays behind. The count is
 * {@code -Dstreamgauge.kills=10000} for the long run.
 */
@Timeout(300)
final class RandomKillsTest {
  private static final int REQUESTS = Integer.getInteger("streamgauge.kills", 2_000);
  private static final long SEED = Long.getLong("streamgauge.kills.seed", 20_260_101L);
  private static final int CLIENTS = 16;
  private static final int EVENTS = 12;
  private static final String EVENT = ": 0123456789\n\n";

  /** Generous: a slow day may not fail it. What is promised is 100 ms; the figures are printed. */
  private static final long CANCELLED_MILLIS_MAX = 5_000;

  private final KillTimes times = new KillTimes();

  /** What becomes of a request; the server reads it from the path. */
  private enum Fate {
    WHOLE(Outcome.OK),
    CLIENT_RESET(Outcome.CALLER_DISCONNECT),
    CLIENT_FIN(Outcome.CALLER_DISCONNECT),
    CLIENT_LEAVES_SILENT_SERVER(Outcome.CALLER_DISCONNECT),
    CLIENT_LEAVES_UPLOAD(Outcome.CALLER_DISCONNECT),
    SERVER_RESET(Outcome.UPSTREAM_RESET),
    SERVER_FIN_IN_CHUNK(Outcome.UPSTREAM_RESET),
    SERVER_FIN_BEFORE_HEAD(Outcome.UPSTREAM_RESET),
    SERVER_BAD_CHUNK(Outcome.UPSTREAM_RESET),
    SERVER_FIN_CLEAN(Outcome.OK);

    private final Outcome outcome;

    Fate(Outcome outcome) {
      this.outcome = outcome;
    }

    boolean ofClient() {
      return outcome == Outcome.CALLER_DISCONNECT;
    }
  }

  /** One request: its fate and after how many bytes of the answer it strikes. */
  private record Plan(int id, Fate fate, int at) {
    static Plan of(int id, Random random) {
      Fate[] fates = Fate.values();
      return new Plan(id, fates[random.nextInt(fates.length)], random.nextInt(EVENTS));
    }

    static Plan parse(String head) {
      String[] parts = head.substring(0, head.indexOf(" HTTP/")).split("/", -1);
      return new Plan(
          Integer.parseInt(parts[1]), Fate.valueOf(parts[2]), Integer.parseInt(parts[3]));
    }

    String requestId() {
      return "r" + id;
    }

    String request() {
      String length = fate == Fate.CLIENT_LEAVES_UPLOAD ? "1000" : "3";
      return "POST /"
          + id
          + "/"
          + fate
          + "/"
          + at
          + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: "
          + requestId()
          + "\r\nContent-Length: "
          + length
          + "\r\n\r\nabc";
    }
  }

  @Test
  void everyRequestEndsOnceAndNothingStaysBehind() throws Exception {
    try (ScriptedUpstream upstream = new ScriptedUpstream(this::serve);
        TestProxy proxy = TestProxy.before(upstream);
        Heartbeat loop = Heartbeat.on(proxy.server.eventLoops().getFirst());
        Heartbeat process = Heartbeat.ofTheProcess()) {
      proxy.seen = times::ended;
      List<Plan> plans = plans();
      long startNanos = System.nanoTime();
      run(plans, proxy);
      TestProxy.await("all records", () -> proxy.records.size() >= REQUESTS);
      proxy.awaitIdle();
      check(plans, new ArrayList<>(proxy.records));
      TestProxy.await(
          "only idle upstream connections",
          () -> upstream.open.get() == proxy.gauges.upstreamIdle.get());
      proxy.records.clear();
      assertThat(times.reportMaxMillis(loop, process)).isLessThan(CANCELLED_MILLIS_MAX);
      System.out.println(
          "FIGURE "
              + REQUESTS
              + " kills in "
              + (System.nanoTime() - startNanos) / 1_000_000
              + " ms");
    }
  }

  private static List<Plan> plans() {
    Random random = new Random(SEED);
    List<Plan> plans = new ArrayList<>();
    for (int id = 0; id < REQUESTS; id++) {
      plans.add(Plan.of(id, random));
    }
    return plans;
  }

  private void run(List<Plan> plans, TestProxy proxy) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> running = new ArrayList<>();
      for (Plan plan : plans) {
        running.add(
            clients.submit(
                () -> {
                  ask(plan, proxy);
                  return plan;
                }));
      }
      for (Future<?> future : running) {
        assertThat(future.get(240, TimeUnit.SECONDS)).isNotNull();
      }
    }
  }

  private void ask(Plan plan, TestProxy proxy) throws IOException {
    Socket socket = proxy.send(plan.request());
    try (socket) {
      if (plan.fate.ofClient()) {
        readSome(plan, socket.getInputStream());
        times.leaves(plan.requestId());
        if (plan.fate == Fate.CLIENT_RESET || plan.at % 2 == 0) {
          TestProxy.reset(socket);
        } else {
          TestProxy.leave(socket);
        }
        times.closed(plan.requestId());
      } else {
        readToTheEnd(socket.getInputStream());
      }
    }
  }

  /** Up to a point inside of the answer; where there is none, until the server has the request. */
  private static void readSome(Plan plan, InputStream in) throws IOException {
    boolean answered = plan.fate == Fate.CLIENT_RESET || plan.fate == Fate.CLIENT_FIN;
    if (answered) {
      assertThat(readHead(in)).startsWith("HTTP/1.1 200 ");
      assertThat(in.readNBytes(plan.at * EVENT.length())).isNotNull();
    }
  }

  private static void readToTheEnd(InputStream in) {
    try {
      byte[] piece = new byte[1024];
      StringBuilder all = new StringBuilder();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        all.append(new String(piece, 0, n, java.nio.charset.StandardCharsets.ISO_8859_1));
        if (all.indexOf("\r\n0\r\n\r\n") >= 0 || all.indexOf("\"code\":502}}") >= 0) {
          return;
        }
      }
    } catch (IOException e) {
      // The server's reset, passed on.
    }
  }

  private static void check(List<Plan> plans, List<RequestRecord> records) {
    assertThat(records).hasSize(plans.size());
    Set<String> ids = new HashSet<>();
    Map<Outcome, Integer> seen = new EnumMap<>(Outcome.class);
    for (RequestRecord record : records) {
      String id = requireNonNull(record.requestId());
      assertThat(ids.add(id)).as("one record each").isTrue();
      Plan plan = plans.get(Integer.parseInt(id.substring(1)));
      assertThat(record.outcome()).as("%s: %s", plan, record.error()).isEqualTo(plan.fate.outcome);
      seen.merge(record.outcome(), 1, Integer::sum);
    }
    assertThat(seen.values().stream().mapToInt(n -> n).sum()).isEqualTo(REQUESTS);
    System.out.println("FIGURE outcomes " + seen);
  }

  private void serve(InputStream in, OutputStream out, Socket socket) throws IOException {
    boolean more = true;
    while (more) {
      String head = readHead(in);
      if (!head.contains("\r\n\r\n")) {
        return;
      }
      Plan plan = Plan.parse(head.substring("POST ".length()));
      assertThat(in.readNBytes(3)).isNotNull();
      try {
        more = answer(plan, in, out, socket);
      } finally {
        if (plan.fate.ofClient()) {
          times.serverTold(plan.requestId());
        }
      }
    }
  }

  /** Whether the connection may serve another request. */
  private static boolean answer(Plan plan, InputStream in, OutputStream out, Socket socket)
      throws IOException {
    switch (plan.fate) {
      case CLIENT_LEAVES_SILENT_SERVER, CLIENT_LEAVES_UPLOAD -> {
        assertThat(in.readAllBytes()).isNotNull();
        return false;
      }
      case SERVER_FIN_BEFORE_HEAD -> {
        out.write(ascii("HTTP/1.1 200".substring(0, plan.at)));
        return false;
      }
      default -> out.write(ascii("HTTP/1.1 200 OK\r\n" + connection(plan) + "\r\n"));
    }
    for (int i = 0; i < EVENTS; i++) {
      if (i == plan.at && strike(plan, out, socket)) {
        return false;
      }
      out.write(ascii(Integer.toHexString(EVENT.length()) + "\r\n" + EVENT + "\r\n"));
    }
    if (plan.fate.ofClient()) {
      assertThat(in.readAllBytes()).isNotNull();
      return false;
    }
    out.write(ascii("0\r\n\r\n"));
    return plan.fate == Fate.WHOLE;
  }

  private static String connection(Plan plan) {
    return (plan.fate == Fate.SERVER_FIN_CLEAN && plan.at % 2 == 0 ? "Connection: close\r\n" : "")
        + "Transfer-Encoding: chunked\r\n";
  }

  private static boolean strike(Plan plan, OutputStream out, Socket socket) throws IOException {
    switch (plan.fate) {
      case SERVER_RESET -> TestProxy.reset(socket);
      case SERVER_FIN_IN_CHUNK -> out.write(ascii("f\r\n: a"));
      case SERVER_BAD_CHUNK -> out.write(ascii("zz\r\n"));
      default -> {
        return false;
      }
    }
    return true;
  }
}
