package dev.streamgauge.proxy;

import static dev.streamgauge.proxy.ScriptedUpstream.ascii;
import static dev.streamgauge.proxy.ScriptedUpstream.readHead;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import io.netty.handler.codec.http2.Http2Error;
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
 * Requests on shared connections of HTTP/2 that either side kills at random points, from one seed.
 * Whatever happens, each has one record with an outcome that fits who did it, and nothing stays
 * behind. The count is {@code -Dstreamgauge.http2.kills=10000} for the long run.
 */
@Timeout(300)
final class Http2RandomKillsTest {
  private static final int REQUESTS = Integer.getInteger("streamgauge.http2.kills", 400);
  private static final long SEED = Long.getLong("streamgauge.kills.seed", 20_260_102L);
  private static final int CLIENTS = 6;
  private static final int AT_ONCE = 4;
  private static final int EVENTS = 12;
  private static final String EVENT = ": 0123456789\n\n";
  private static final String[] OPTIONS = {
    "--http2-max-resets-received", "100000", "--http2-max-resets-sent", "100000"
  };

  /** What becomes of a request; the server reads it from the path. */
  private enum Fate {
    WHOLE(Outcome.OK),
    CLIENT_RESETS_STREAM(Outcome.CALLER_DISCONNECT),
    CLIENT_LEAVES_SILENT_SERVER(Outcome.CALLER_DISCONNECT),
    CLIENT_LEAVES_UPLOAD(Outcome.CALLER_DISCONNECT),
    CLIENT_RESETS_CONNECTION(Outcome.CALLER_DISCONNECT),
    CLIENT_CLOSES_CONNECTION(Outcome.CALLER_DISCONNECT),
    CLIENT_BREAKS_RULES(Outcome.CALLER_INVALID),
    SERVER_RESETS(Outcome.UPSTREAM_RESET),
    SERVER_BREAKS_RULES(Outcome.UPSTREAM_RESET);

    private final Outcome outcome;

    Fate(Outcome outcome) {
      this.outcome = outcome;
    }

    boolean ofConnection() {
      return this == CLIENT_RESETS_CONNECTION || this == CLIENT_CLOSES_CONNECTION;
    }

    boolean uploads() {
      return this == CLIENT_LEAVES_UPLOAD || this == CLIENT_BREAKS_RULES;
    }

    boolean answered() {
      return !uploads() && this != CLIENT_LEAVES_SILENT_SERVER;
    }
  }

  /** One request: its fate and after how many pieces of the answer it strikes. */
  private record Plan(int id, Fate fate, int at) {
    static Plan of(int id, Random random) {
      Fate[] fates = Fate.values();
      return new Plan(id, fates[random.nextInt(fates.length)], random.nextInt(EVENTS));
    }

    static Plan parse(String path) {
      String[] parts = path.split("/", -1);
      return new Plan(
          Integer.parseInt(parts[1]), Fate.valueOf(parts[2]), Integer.parseInt(parts[3]));
    }

    String path() {
      return "/" + id + "/" + fate + "/" + at;
    }
  }

  @Test
  void withAServerOfHttp1() throws Exception {
    try (ScriptedUpstream upstream = new ScriptedUpstream(Http2RandomKillsTest::serveHttp1);
        TestProxy proxy = TestProxy.before(upstream, OPTIONS)) {
      check(proxy, upstream);
    }
  }

  @Test
  void withAServerOfHttp2() throws Exception {
    try (ScriptedUpstream upstream =
            new ScriptedUpstream(Http2Peer.server(Http2RandomKillsTest::serveHttp2));
        TestProxy proxy = TestProxy.beforeHttp2(upstream, OPTIONS)) {
      check(proxy, upstream);
      assertThat(upstream.connections).hasValueLessThan(4);
    }
  }

  private static void check(TestProxy proxy, ScriptedUpstream upstream) throws Exception {
    Random random = new Random(SEED);
    List<Plan> plans = new ArrayList<>();
    for (int id = 0; id < REQUESTS; id++) {
      plans.add(Plan.of(id, random));
    }
    long startNanos = System.nanoTime();
    run(plans, proxy);
    TestProxy.await("all records", () -> proxy.records.size() >= REQUESTS);
    proxy.awaitIdle();
    check(plans, new ArrayList<>(proxy.records));
    proxy.records.clear();
    TestProxy.await(
        "only idle upstream connections",
        () -> upstream.open.get() == proxy.gauges.upstreamIdle.get());
    long millis = (System.nanoTime() - startNanos) / 1_000_000;
    System.out.println("FIGURE " + REQUESTS + " kills over HTTP/2 in " + millis + " ms");
  }

  private static void check(List<Plan> plans, List<RequestRecord> records) {
    assertThat(records).hasSize(plans.size());
    Set<Integer> ids = new HashSet<>();
    Map<Outcome, Integer> seen = new EnumMap<>(Outcome.class);
    for (RequestRecord record : records) {
      Plan plan = Plan.parse(requireNonNull(record.path()));
      assertThat(ids.add(plan.id)).as("one record each").isTrue();
      assertThat(record.outcome()).as("%s: %s", plan, record.error()).isEqualTo(plan.fate.outcome);
      seen.merge(record.outcome(), 1, Integer::sum);
    }
    System.out.println("FIGURE outcomes " + seen);
  }

  // ---- the clients

  private static void run(List<Plan> plans, TestProxy proxy) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        List<Plan> its =
            plans.subList(client * REQUESTS / CLIENTS, (client + 1) * REQUESTS / CLIENTS);
        running.add(
            clients.submit(
                () -> {
                  askAll(its, proxy);
                  return its;
                }));
      }
      for (Future<?> future : running) {
        assertThat(future.get(240, TimeUnit.SECONDS)).isNotNull();
      }
    }
  }

  /** A few at once on one connection, for as long as none of them ends it. */
  private static void askAll(List<Plan> plans, TestProxy proxy) throws IOException {
    Http2Peer client = Http2Peer.client(proxy);
    int id = 1;
    for (int from = 0; from < plans.size(); from += AT_ONCE) {
      List<Plan> some = plans.subList(from, Math.min(plans.size(), from + AT_ONCE));
      if (ask(some, client, id)) {
        id += 2 * some.size();
      } else {
        client = Http2Peer.client(proxy);
        id = 1;
      }
    }
    client.close();
  }

  /** Whether the connection is still there. */
  private static boolean ask(List<Plan> plans, Http2Peer client, int firstId) throws IOException {
    for (int i = 0; i < plans.size(); i++) {
      Plan plan = plans.get(i);
      int id = firstId + 2 * i;
      client.request(id, !plan.fate.uploads(), "POST", plan.path(), "x-request-id", "r" + plan.id);
      if (plan.fate.uploads()) {
        client.data(id, false, "abc");
      }
    }
    Fate last = null;
    for (int i = 0; i < plans.size(); i++) {
      Plan plan = plans.get(i);
      if (plan.fate.ofConnection()) {
        readSome(plan, client, firstId + 2 * i);
        last = plan.fate;
      } else {
        strike(plan, client, firstId + 2 * i);
      }
    }
    if (last == Fate.CLIENT_RESETS_CONNECTION) {
      TestProxy.reset(client.socket());
    } else if (last == Fate.CLIENT_CLOSES_CONNECTION) {
      TestProxy.leave(client.socket());
    }
    return last == null;
  }

  private static void strike(Plan plan, Http2Peer client, int id) throws IOException {
    switch (plan.fate) {
      case CLIENT_RESETS_STREAM -> {
        readSome(plan, client, id);
        client.reset(id, Http2Error.CANCEL);
      }
      case CLIENT_LEAVES_SILENT_SERVER, CLIENT_LEAVES_UPLOAD -> client.reset(id, Http2Error.CANCEL);
      case CLIENT_BREAKS_RULES -> {
        client.headers(id, true, "connection", "close");
        assertThat(client.answer(id).reset()).isEqualTo(Http2Error.PROTOCOL_ERROR);
      }
      default -> {
        Http2Peer.Answer answer = client.answer(id);
        assertThat(answer.reset() == null).isEqualTo(plan.fate == Fate.WHOLE);
      }
    }
  }

  /** Up to a point inside of the answer. */
  private static void readSome(Plan plan, Http2Peer client, int id) throws IOException {
    assertThat(client.on(id).field(":status")).isEqualTo("200");
    for (int bytes = 0; bytes < plan.at * EVENT.length(); ) {
      bytes += client.on(id).payload().length;
    }
  }

  // ---- the servers

  /** Answers what comes; who leaves, leaves. */
  private static void serveHttp2(Http2Peer server) throws IOException {
    while (true) {
      Http2Frame request = server.nextRequest();
      Plan plan = Plan.parse(requireNonNull(request.field(":path")));
      if (plan.fate.answered()) {
        answer(plan, server, request.streamId());
      }
    }
  }

  private static void answer(Plan plan, Http2Peer server, int id) throws IOException {
    server.headers(id, false, ":status", "200");
    for (int i = 0; i < EVENTS; i++) {
      if (i == plan.at && plan.fate == Fate.SERVER_RESETS) {
        server.reset(id, Http2Error.INTERNAL_ERROR);
        return;
      }
      if (i == plan.at && plan.fate == Fate.SERVER_BREAKS_RULES) {
        server.headers(id, true, ":status", "200");
        return;
      }
      server.data(id, false, EVENT);
    }
    if (plan.fate == Fate.WHOLE) {
      server.data(id, true, "");
    }
  }

  private static void serveHttp1(InputStream in, OutputStream out, Socket socket)
      throws IOException {
    for (String head = readHead(in); !head.isEmpty(); head = readHead(in)) {
      Plan plan = Plan.parse(head.split(" ", 3)[1]);
      if (!plan.fate.answered() || !answer(plan, out, socket)) {
        assertThat(plan.fate == Fate.SERVER_RESETS || in.readAllBytes() != null).isTrue();
        return;
      }
    }
  }

  /** Whether the connection may serve another request. */
  private static boolean answer(Plan plan, OutputStream out, Socket socket) throws IOException {
    out.write(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
    for (int i = 0; i < EVENTS; i++) {
      if (i == plan.at && plan.fate == Fate.SERVER_RESETS) {
        TestProxy.reset(socket);
        return false;
      }
      if (i == plan.at && plan.fate == Fate.SERVER_BREAKS_RULES) {
        out.write(ascii("zz\r\n"));
        return false;
      }
      out.write(ascii(Integer.toHexString(EVENT.length()) + "\r\n" + EVENT + "\r\n"));
    }
    if (plan.fate == Fate.WHOLE) {
      out.write(ascii("0\r\n\r\n"));
    }
    return plan.fate == Fate.WHOLE;
  }
}
