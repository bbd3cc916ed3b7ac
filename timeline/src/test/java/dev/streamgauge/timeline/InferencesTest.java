package dev.streamgauge.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.TokenKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InferencesTest {
  private static final String PATH = "/inference.GRPCInferenceService/ModelStreamInfer";

  private final List<InferenceRecord> ended = new ArrayList<>();
  private final List<RequestRecord> calls = new ArrayList<>();
  private final Inferences inferences = open(PATH);
  private final TokenTimeline tokens = new TokenTimeline(RequestTimelineTest.SETTINGS, inferences);

  @Test
  void eachInferenceIsTimedFromItsOwnRequest() {
    request("a", true, 100);
    request("b", true, 150);
    response("a", 400);
    response("b", 500);
    response("a", 600);
    lastResponse("a", 700);
    response("b", 800);
    lastResponse("b", 900);

    assertThat(ended).hasSize(2);
    assertThat(ended.get(0).firstTokenNanos()).isEqualTo(300);
    assertThat(ended.get(0).lastTokenNanos()).isEqualTo(500);
    assertThat(ended.get(0).endedNanos()).isEqualTo(600);
    assertThat(ended.get(0).tokenEvents()).isEqualTo(2);
    assertThat(ended.get(0).gapMaxNanos()).isEqualTo(200);
    assertThat(ended.get(0).end()).isEqualTo(InferenceEnd.LAST_RESPONSE);
    assertThat(ended.get(0).model()).isEqualTo("tinylm");
    assertThat(ended.get(1).firstTokenNanos()).isEqualTo(350);
    assertThat(ended.get(1).gapMaxNanos()).isEqualTo(300);
  }

  @Test
  void requestsWithOneIdAreAnsweredInTheirOrder() {
    request("", true, 100);
    request("", true, 200);
    response("", 300);
    lastResponse("", 400);
    response("", 500);
    lastResponse("", 600);

    assertThat(ended).extracting(InferenceRecord::firstTokenNanos).containsExactly(200L, 300L);
  }

  @Test
  void whereNoLastResponseIsAskedForTheNextRequestOfTheIdEndsTheOneBefore() {
    request("a", false, 100);
    response("a", 200);
    request("a", false, 500);
    response("a", 900);
    end(1000);

    assertThat(ended).hasSize(2);
    assertThat(ended.get(0).end()).isEqualTo(InferenceEnd.NEXT_REQUEST);
    assertThat(ended.get(0).endedNanos()).isEqualTo(400);
    assertThat(ended.get(1).end()).isEqualTo(InferenceEnd.CALL_ENDED);
    assertThat(ended.get(1).firstTokenNanos()).isEqualTo(400);
    assertThat(ended.get(1).gaps()).isNull();
  }

  @Test
  void aServerMayNameARequestThatHadNoId() {
    request("", false, 100);
    response("made-up", 200);
    response("made-up", 300);
    end(400);

    assertThat(ended).hasSize(1);
    assertThat(ended.getFirst().tokenEvents()).isEqualTo(2);
  }

  @Test
  void aResponseNobodyAskedForIsNotTimed() {
    request("a", true, 100);
    response("b", 200);
    end(300);

    assertThat(ended).hasSize(1);
    assertThat(ended.getFirst().firstTokenNanos()).isNull();
    assertThat(timed()).isZero();
  }

  @Test
  void anInferenceThatNobodyAnsweredEndsWithTheCallOnce() {
    request("a", false, 100);
    end(500);
    request("late", false, 550);
    end(600);

    assertThat(ended).hasSize(1);
    assertThat(ended.getFirst().firstTokenNanos()).isNull();
    assertThat(ended.getFirst().endedNanos()).isEqualTo(400);
  }

  @Test
  void aGapOverAPauseOrAHoleIsNoGapOfTheServers() {
    request("a", true, 0);
    response("a", 100);
    tokens.readAt(900, true);
    respond("a");
    tokens.readAt(1000, false);
    respond("a");
    tokens.readAt(1100, false);
    tokens.malformedFrame();
    tokens.readAt(2000, false);
    respond("a");
    end(3000);

    assertThat(ended.getFirst().gapMaxNanos()).isEqualTo(100);
    GapCounts gaps = ended.getFirst().gaps();
    assertThat(gaps == null ? 0 : gaps.count()).isEqualTo(1);
  }

  @Test
  void stallsAreCounted() {
    long stallNanos = 10 * RequestTimelineTest.SETTINGS.stallThresholdNanos();
    request("a", true, 0);
    response("a", 1);
    response("a", 1 + stallNanos);
    end(2 * stallNanos);

    assertThat(ended.getFirst().stalls()).isEqualTo(1);
    assertThat(ended.getFirst().stalledNanos()).isEqualTo(stallNanos);
  }

  @Test
  void theQuietestThatMayBeOverMakesRoomForTheOneBeyondTheLimit() {
    for (int i = 0; i < Inferences.IN_FLIGHT_MAX; i++) {
      request("r" + i, false, 10 + i);
    }
    response("r7", 1000);
    response("r3", 1100);
    request("new", false, 2000);
    response("new", 2300);
    assertThat(ended).hasSize(1);
    assertThat(ended.getFirst().end()).isEqualTo(InferenceEnd.MADE_ROOM);
    assertThat(ended.getFirst().firstTokenNanos()).isEqualTo(1000 - 17);
    end(3000);
    assertThat(ended).hasSize(1 + Inferences.IN_FLIGHT_MAX);
    assertThat(timed()).isEqualTo(3);
  }

  @Test
  void oneTooManyIsNotTimedWhereAllOthersGoOn() {
    for (int i = 0; i < Inferences.IN_FLIGHT_MAX; i++) {
      request("r" + i, true, i);
      response("r" + i, 1000);
    }
    request("new", true, 2000);
    response("new", 2300);
    end(3000);

    assertThat(ended).hasSize(Inferences.IN_FLIGHT_MAX);
    assertThat(ended).allMatch(each -> each.end() == InferenceEnd.CALL_ENDED);
    assertThat(ended).allMatch(each -> each.tokenEvents() == 1);
  }

  @Test
  void theCallsRecordComesBehindItsInferencesAndSaysHowManyWereTimed() {
    request("a", true, 100);
    request("b", true, 150);
    response("a", 400);
    RequestTimeline marks = new RequestTimeline(50, null);
    RequestRecord call = marks.finish(TokenTimelineTest.end(true, 200), tokens, 900);

    assertThat(ended).hasSize(2);
    assertThat(call.points().firstToken()).isEqualTo(350);
    RequestRecord.Generation generation = call.generation();
    assertThat(generation == null ? null : generation.inferences()).isEqualTo(1);
  }

  @Test
  void callsOfOneRequestHaveNoInferences() {
    assertThat(
            Inferences.open(
                "/vllm.grpc.engine.VllmEngine/Generate",
                null,
                RequestTimelineTest.SETTINGS,
                calls::add))
        .isNull();
  }

  private int timed() {
    return (int) ended.stream().filter(each -> each.firstTokenNanos() != null).count();
  }

  private void request(String id, boolean asksForFinal, long nanos) {
    byte[] message = message(id, asksForFinal);
    inferences.request(message, 0, message.length, nanos);
  }

  private void response(String id, long nanos) {
    tokens.readAt(nanos, false);
    respond(id);
  }

  private void respond(String id) {
    begin(id);
    tokens.tokenEvent(0, TokenKind.TEXT, 0, null);
  }

  private void lastResponse(String id, long nanos) {
    tokens.readAt(nanos, false);
    begin(id);
    tokens.inferenceEnded();
  }

  private void begin(String id) {
    byte[] bytes = ("tinylm" + id).getBytes(StandardCharsets.UTF_8);
    tokens.inference(bytes, 6, bytes.length, 0, 6);
  }

  private void end(long nanos) {
    tokens.ended(nanos);
  }

  private Inferences open(String path) {
    RecordSink sink =
        new RecordSink() {
          @Override
          public void accept(RequestRecord record) {
            calls.add(record);
          }

          @Override
          public void inference(InferenceRecord record) {
            ended.add(record);
          }
        };
    Inferences opened = Inferences.open(path, null, RequestTimelineTest.SETTINGS, sink);
    if (opened == null) {
      throw new IllegalStateException(path);
    }
    return opened;
  }

  /** A {@code ModelInferRequest} with its prefix. */
  private static byte[] message(String id, boolean asksForFinal) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    field(body, 1, "tinylm".getBytes(StandardCharsets.UTF_8));
    if (!id.isEmpty()) {
      field(body, 3, id.getBytes(StandardCharsets.UTF_8));
    }
    if (asksForFinal) {
      ByteArrayOutputStream entry = new ByteArrayOutputStream();
      field(entry, 1, "triton_enable_empty_final_response".getBytes(StandardCharsets.UTF_8));
      field(entry, 2, new byte[] {8, 1});
      field(body, 4, entry.toByteArray());
    }
    byte[] whole = new byte[5 + body.size()];
    whole[4] = (byte) body.size();
    System.arraycopy(body.toByteArray(), 0, whole, 5, body.size());
    return whole;
  }

  private static void field(ByteArrayOutputStream to, int number, byte[] value) {
    to.write((number << 3) | 2);
    to.write(value.length);
    to.writeBytes(value);
  }
}
