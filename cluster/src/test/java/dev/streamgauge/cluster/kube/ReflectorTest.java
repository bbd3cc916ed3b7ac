package dev.streamgauge.cluster.kube;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReflectorTest {
  private static final WatchPace QUICK =
      new WatchPace(
          Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMinutes(5), Duration.ofMillis(5));

  private ScriptedApiServer server;
  private KubeClient client;
  private final RecordedSink sink = new RecordedSink();
  private final List<String> log = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedApiServer();
    client = new KubeClient(server.endpoint(), RequestObserver.none(), Duration.ofMillis(300));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void listsPageByPageThenWatchesFromTheListsVersion() {
    server
        .list(c -> c.answer(200, list("7", "more", "a", "b")))
        .list(c -> c.answer(200, list("7", "", "c")))
        .watch(
            c -> c.stream().line(event("ADDED", "d", "8")).line(event("DELETED", "a", "9")).hold());
    try (Reflector _ = reflector()) {
      Await.until("both changes", () -> sink.told().contains("deleted a"));
    }
    assertThat(sink.told())
        .containsExactly(
            "list", "listed a", "listed b", "listed c", "listed all", "changed d", "deleted a");
    assertThat(server.requests().get(1)).contains("limit=500").contains("continue=more");
    assertThat(server.requests().get(2)).contains("resourceVersion=7").contains("Bookmarks=true");
  }

  @Test
  void aWatchThatEndsGoesOnFromTheLastVersionWithoutAList() {
    listOnce();
    server
        .watch(c -> c.stream().line(event("ADDED", "b", "8")).end())
        .watch(c -> c.stream().line(event("ADDED", "c", "9")).hold());
    try (Reflector reflector = reflector()) {
      Await.until("the second watch", () -> sink.told().contains("changed c"));
      assertThat(reflector.progress().lists()).isEqualTo(1);
    }
    assertThat(server.requestsWith("resourceVersion=8")).hasSize(1);
  }

  @Test
  void bookmarksMoveTheVersionAndTellNothing() {
    listOnce();
    server.watch(c -> c.stream().line(event("BOOKMARK", "", "50")).end());
    try (Reflector reflector = reflector()) {
      Await.until("the second watch", () -> !server.requestsWith("resourceVersion=50").isEmpty());
      assertThat(reflector.progress().bookmarks()).isEqualTo(1);
    }
    assertThat(sink.told()).containsExactly("list", "listed a", "listed all");
  }

  @Test
  void aVersionThatIsTooOldMeansAListAsAStatusAndAsAnEvent() {
    listOnce();
    server
        .watch(c -> c.answer(410, status(410, "Expired")))
        .list(c -> c.answer(200, list("20", "", "b")))
        .watch(
            c ->
                c.stream()
                    .line("{\"type\":\"ERROR\",\"object\":" + status(410, "Expired") + "}")
                    .end())
        .list(c -> c.answer(200, list("30", "", "c")));
    try (Reflector reflector = reflector()) {
      Await.until("the third list", () -> reflector.progress().lists() == 3);
      Await.until("its watch", () -> !server.requestsWith("resourceVersion=30").isEmpty());
      assertThat(reflector.progress().expired()).isEqualTo(2);
    }
    assertThat(log).isEmpty();
  }

  @Test
  void aContinuationThatIsTooOldBeginsTheListAgain() {
    server
        .list(c -> c.answer(200, list("7", "more", "a")))
        .list(c -> c.answer(410, status(410, "Expired")))
        .list(c -> c.answer(200, list("9", "", "a", "b")));
    try (Reflector reflector = reflector()) {
      Await.until("a whole list", () -> reflector.progress().synced());
    }
    assertThat(sink.told())
        .containsExactly("list", "listed a", "list", "listed a", "listed b", "listed all");
  }

  @Test
  void aConnectionThatBreaksOffInsideALineGoesOnFromTheLastVersion() {
    listOnce();
    server
        .watch(c -> c.stream().line(event("ADDED", "b", "8")).piece("{\"type\":\"ADD").end())
        .watch(c -> c.stream().line(event("ADDED", "c", "9")).piece("{\"type\":\"A").reset())
        .watch(c -> c.stream().line(event("ADDED", "d", "10")).piece("{\"type\":"))
        .watch(c -> c.stream().line(event("ADDED", "e", "11")).hold());
    try (Reflector reflector = reflector()) {
      Await.until("the fourth watch", () -> sink.told().contains("changed e"));
      assertThat(reflector.progress().lists()).isEqualTo(1);
      assertThat(reflector.progress().unread()).isZero();
    }
    assertThat(sink.told()).doesNotHaveDuplicates();
  }

  @Test
  void aLineThatIsNoJsonIsReadAgainAndInTheEndListed() {
    listOnce();
    for (int i = 0; i < 3; i++) {
      server.watch(c -> c.stream().line("{\"type\":\"ADDED\",,}").hold());
    }
    server.list(c -> c.answer(200, list("9", "", "a", "b")));
    try (Reflector reflector = reflector()) {
      Await.until("a second list", () -> reflector.progress().lists() == 2);
      assertThat(reflector.progress().unread()).isEqualTo(3);
    }
    assertThat(server.requestsWith("resourceVersion=7")).hasSize(3);
  }

  @Test
  void aWatchThatBringsNothingForTooLongIsGivenUp() {
    listOnce();
    server
        .watch(c -> c.stream().line(event("ADDED", "b", "8")).hold())
        .watch(c -> c.stream().line(event("ADDED", "c", "9")).hold());
    try (Reflector reflector = reflector()) {
      Await.until("the second watch", () -> sink.told().contains("changed c"));
      assertThat(reflector.progress().lists()).isEqualTo(1);
    }
  }

  @Test
  void anObjectThatCannotBeUnderstoodIsPassedOver() {
    listOnce();
    server.watch(
        c ->
            c.stream()
                .line(event("ADDED", "poison", "8"))
                .line("{\"type\":\"ADDED\",\"object\":null}")
                .line(event("MODIFIED", "b", "9"))
                .hold());
    try (Reflector reflector = reflector()) {
      Await.until("what comes behind it", () -> sink.told().contains("changed b"));
      assertThat(reflector.progress().unread()).isEqualTo(2);
    }
    assertThat(log).hasSize(1).first().asString().contains("passed over");
  }

  @Test
  void aKindThatIsNotThereIsNoFailureAndIsFoundLater() {
    server
        .list(c -> c.answer(404, "404 page not found"))
        .list(c -> c.answer(200, list("7", "", "a")));
    try (Reflector reflector = reflector()) {
      Await.until("it", () -> sink.told().contains("listed a"));
      assertThat(reflector.progress().failure()).isNull();
    }
    assertThat(sink.told()).startsWith("list", "absent", "list");
    assertThat(log).isEmpty();
  }

  @Test
  void whatIsForbiddenIsSaidOnceAndTriedAgain() {
    for (int i = 0; i < 3; i++) {
      server.list(c -> c.answer(403, status(403, "Forbidden")));
    }
    server
        .list(c -> c.answer(200, list("7", "", "a")))
        .watch(c -> c.stream().line(event("ADDED", "b", "8")).hold());
    try (Reflector reflector = reflector()) {
      Await.until("it", () -> sink.told().contains("changed b"));
      Await.until("no failure", () -> reflector.progress().failure() == null);
    }
    assertThat(log).hasSize(2);
    assertThat(log.getFirst()).contains("FORBIDDEN");
    assertThat(log.getLast()).contains("watching again");
  }

  private void listOnce() {
    server.list(c -> c.answer(200, list("7", "", "a")));
  }

  private Reflector reflector() {
    return new Reflector(client, Resource.PODS, Selectors.ALL, sink, QUICK, log::add);
  }

  private static String list(String version, String next, String... names) {
    StringBuilder items = new StringBuilder();
    for (String name : names) {
      items.append(items.isEmpty() ? "" : ",").append(object(name, "1"));
    }
    return """
        {"kind":"PodList","metadata":{"resourceVersion":"%s","continue":"%s"},"items":[%s]}"""
        .formatted(version, next, items);
  }

  private static String object(String name, String version) {
    return "{\"metadata\":{\"name\":\"" + name + "\",\"resourceVersion\":\"" + version + "\"}}";
  }

  private static String event(String type, String name, String version) {
    return "{\"type\":\"" + type + "\",\"object\":" + object(name, version) + "}";
  }

  private static String status(int code, String reason) {
    return """
        {"kind":"Status","code":%d,"reason":"%s","message":"no"}"""
        .formatted(code, reason);
  }
}
