package dev.streamgauge.telemetry.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.telemetry.Records;
import dev.streamgauge.telemetry.Telemetry;
import dev.streamgauge.telemetry.TelemetrySettings;
import dev.streamgauge.telemetry.TelemetrySettings.ClientAddress;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.Phase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LiveViewTest {
  private static final long MILLI = 1_000_000;

  private final LiveBoard board = new LiveBoard();
  private final LoopLines loop = board.addLoop();
  private ClientAddress clients = ClientAddress.OFF;
  private final Telemetry telemetry = new Telemetry(TelemetrySettings.defaults());
  private final LiveView view = new LiveView(board, telemetry, new Facts(), 0);

  private static String text(byte[] event) {
    return new String(event, StandardCharsets.US_ASCII);
  }

  @Test
  void aRequestIsALineFromItsBeginningToItsEnd() {
    telemetry.accept(Records.streamed().record()); // an answer named the model
    LiveLine line = loop.open(5 * MILLI, Operation.CHAT, Phase.QUEUED);
    assertThat(text(view.snapshot(6 * MILLI)))
        .startsWith("event: snapshot\ndata: {\"t\":6,")
        .contains("[[0,\"queued\",\"chat\",null,5,null,null,null,0,0,null,null]]");
    line.admitted(7 * MILLI);
    line.phase(Phase.GENERATING);
    line.model("llama");
    line.tokens(3, 0, 20 * MILLI);
    assertThat(text(view.snapshot(21 * MILLI)))
        .contains("[[0,\"generating\",\"chat\",0,5,7,20,20,3,0,null,null]]")
        .contains("\"models\":[\"llama\"]");
    line.ended(Outcome.UPSTREAM_RESET, 30 * MILLI);
    assertThat(text(view.snapshot(31 * MILLI))).contains(",30,\"upstream_reset\"]]");
  }

  @Test
  void aNameThatAClientMayHaveMadeUpIsNotShown() {
    loop.open(0, Operation.CHAT, Phase.PREFILL).model("<b>ignore all that was said");
    assertThat(text(view.snapshot(1))).contains("\"models\":[]").doesNotContain("ignore");
    board.accept(Records.streamed().model("ignore").record());
    view.advance(1);
    assertThat(text(view.summary(1))).contains("req-1").doesNotContain("ignore");
  }

  @Test
  void theNamesOfCellsStandInTheFirstEvent() {
    assertThat(text(view.hello(0)))
        .contains("\"line\":[\"id\",\"phase\",\"operation\",\"model\",\"received\"")
        .contains("\"columns\":[\"requests\",\"ok\"");
    assertThat(LiveView.LINE).hasSize(12);
  }

  @Test
  void whatEndedIsInTheHistoryForWhoeverComesLater() {
    board.accept(Records.streamed().record());
    assertThat(view.advance(1)).isFalse();
    assertThat(view.advance(History.ROW_NANOS)).isTrue();
    assertThat(text(view.row())).startsWith("event: row\ndata: {\"n\":0,\"row\":[1,1,0,0,0,0,");
    assertThat(text(view.history())).contains("{\"first\":0,\"rows\":[[1,1,0,0,0,0,");
    assertThat(text(view.summary(1)))
        .contains("\"outcomes\":{\"ok\":1}")
        .contains("\"request_id\":\"req-1\"");
  }

  @Test
  void aClientsAddressIsToldWhereTheLogMayTellItAndNowhereElse() {
    board.accept(Records.streamed().record());
    view.advance(1);
    assertThat(text(view.summary(1))).doesNotContain("192.0.2");
    clients = ClientAddress.PREFIX;
    assertThat(text(view.summary(1))).contains("\"client\":\"192.0.2.0/24\"");
    clients = ClientAddress.FULL;
    assertThat(text(view.summary(1))).contains("\"client\":\"192.0.2.77\"");
  }

  @Test
  void eachFigureThatIsAbsentHasItsReason() {
    assertThat(text(view.summary(1)))
        .contains("{\"what\":\"gpu\",\"why\":\"no driver has answered yet\"}")
        .contains("{\"what\":\"engine\",\"why\":\"none at http://x\"}")
        .contains("{\"what\":\"ttft\",\"why\":\"no request has ended in the last 15 minutes\"}")
        .contains("{\"what\":\"queue\",")
        .contains("{\"what\":\"slo\",");
  }

  @Test
  void recordsThatFoundNoRoomAreCounted() {
    for (int i = 0; i < LiveBoard.RECORDS_MAX + 7; i++) {
      board.accept(Records.streamed().record());
    }
    view.advance(1);
    assertThat(text(view.summary(1)))
        .contains("\"requests\":" + LiveBoard.RECORDS_MAX + ",\"missed\":7,");
  }

  private final class Facts implements LiveFacts {
    @Override
    public String upstream() {
      return "http://127.0.0.1:8000";
    }

    @Override
    public int listenPort() {
      return 8080;
    }

    @Override
    public boolean listenSecure() {
      return false;
    }

    @Override
    public @Nullable Boolean upstreamAccepts() {
      return null;
    }

    @Override
    public boolean draining() {
      return false;
    }

    @Override
    public Instant wallClockAt(long nanos) {
      return Instant.EPOCH.plusNanos(nanos);
    }

    @Override
    public long stallNanos() {
      return 1000 * MILLI;
    }

    @Override
    public ClientAddress clients() {
      return clients;
    }

    @Override
    public String engineMissing() {
      return "none at http://x";
    }

    @Override
    public @Nullable String gpusOff() {
      return null;
    }
  }
}
