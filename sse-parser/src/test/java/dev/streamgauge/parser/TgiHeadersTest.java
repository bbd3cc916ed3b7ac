package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What TGI's heads say, by router/src/server.rs of TGI 3.3.7. */
class TgiHeadersTest {
  private static final String ANSWER = "{\"generated_text\":\"Hi there\"}";

  private static final Map<String, String> HEADERS =
      Map.of(
          "x-compute-type", "1-nvidia-l4",
          "x-compute-time", "0.412317",
          "x-compute-characters", "21",
          "x-total-time", "412",
          "x-validation-time", "1",
          "x-queue-time", "37",
          "x-inference-time", "374",
          "x-time-per-token", "46",
          "x-prompt-tokens", "7",
          "x-generated-tokens", "8");

  private final EventLog log = new EventLog();

  private EventLog read(String path, String type, Map<String, String> headers, String body) {
    ResponseReader reader =
        ResponseReader.open(
            Answers.post(path),
            200,
            type,
            null,
            headers::get,
            null,
            ReaderLimits.defaults(),
            new PatternPool(1),
            log);
    Answers.readIn(reader, Answers.utf8(body), Integer.MAX_VALUE);
    return log;
  }

  private static Map<String, String> without(String name) {
    Map<String, String> rest = new java.util.HashMap<>(HEADERS);
    rest.remove(name);
    return rest;
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> changed = new java.util.HashMap<>(HEADERS);
    changed.put(name, value);
    return changed;
  }

  @Test
  void aWholeAnswersCountsAndItsQueueStandInItsHead() {
    read("/generate", "application/json", HEADERS, ANSWER);
    assertThat(log.events)
        .containsExactly("usage engine 7 8 -1", "times -1 -1 queue 37000000", "end");
  }

  @Test
  void whatTheAnswerCountsItselfReplacesTheHeadsWord() {
    String answer =
        "{\"generated_text\":\"Hi\",\"details\":{\"generated_tokens\":8,\"prefill\":[],"
            + "\"best_of_sequences\":[{\"generated_tokens\":5}]}}";
    read("/generate", "application/json", HEADERS, answer);
    assertThat(log.events).contains("usage engine 7 8 -1", "usage engine -1 13 -1");
  }

  @Test
  void openAisRoutesHaveThemToo() {
    String answer =
        "{\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":"
            + "{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":8,\"total_tokens\":15}}";
    read("/v1/chat/completions", "application/json", HEADERS, answer);
    assertThat(log.events)
        .contains("usage engine 7 8 -1", "times -1 -1 queue 37000000", "usage usage 7 8 -1");
  }

  @Test
  void theSumOfSeveralPromptsWaitingIsNobodysWaiting() {
    String answer =
        "{\"object\":\"text_completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"text\":\"a\","
            + "\"finish_reason\":\"length\"}]}";
    read("/v1/completions", "application/json", without("x-compute-time"), answer);
    assertThat(log.events).contains("usage engine 7 8 -1").noneMatch(it -> it.startsWith("times"));
  }

  @Test
  void olderHeadsHaveTimesOnly() {
    Map<String, String> old = without("x-prompt-tokens");
    old.remove("x-generated-tokens");
    read("/generate", "application/json", old, ANSWER);
    assertThat(log.events).containsExactly("times -1 -1 queue 37000000", "end");
  }

  @Test
  void ofAnotherServersHeadNothingIsRead() {
    read("/generate", "application/json", without("x-compute-type"), ANSWER);
    assertThat(log.events).containsExactly("end");
  }

  @Test
  void aStreamsHeadCameTooEarlyToSay() {
    String event =
        "data:{\"index\":1,\"token\":{\"id\":1,\"text\":\"a\",\"logprob\":-0.1,\"special\":false},"
            + "\"generated_text\":\"a\",\"details\":null}\n\n";
    read("/generate_stream", "text/event-stream", HEADERS, event);
    assertThat(log.events)
        .containsExactly("token 0 TEXT 1 by events", "usage events -1 1 -1", "end");
  }

  @Test
  void whatIsNoNumberIsNotTold() {
    for (String odd : new String[] {"", "-1", "3.5", "1e3", "1234567890123", "٣"}) {
      log.events.clear();
      read("/generate", "application/json", with("x-queue-time", odd), ANSWER);
      assertThat(log.events).as(odd).containsExactly("usage engine 7 8 -1", "end");
    }
  }
}
