package dev.streamgauge.timeline;

import dev.streamgauge.parser.InferRequestReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The inferences that share one gRPC call (KServe's {@code ModelStreamInfer}), each timed from the
 * read that completed its request to its token events, and told when it ends. One thread.
 *
 * <p>A response belongs to the oldest inference in flight with its id; where there is none, to the
 * oldest that was asked for without an id and has had no response, which bears that id from then
 * on; else it is not timed. So requests that share an id, or have none, are answered in their
 * order.
 *
 * <p>An inference ends with the response that is named its last, or an error; else with the call.
 * One that has had a response and did not ask to be told of its last one may be over: it ends with
 * the next request of its id.
 *
 * <p>Limit: {@value #IN_FLIGHT_MAX} in flight. Beyond it the one that may be over and was quiet for
 * longest makes room; if there is none, the new one is not timed.
 */
public final class Inferences {
  public static final int IN_FLIGHT_MAX = 128;

  private static final int FIRST_ROOM = 4;
  private static final int MODEL_BYTES_MAX = 256;
  private static final byte[] NONE = {};

  private final TimelineSettings settings;
  private final RecordSink sink;
  private final @Nullable InferRequestReader reader;

  /** The oldest first. */
  private @Nullable Inference[] inFlight = new Inference[FIRST_ROOM];

  private int count;

  /** Of whose response the token events are. */
  private @Nullable Inference current;

  /** The model named last: it is mostly the same. */
  private @Nullable String model;

  private byte[] modelBytes = NONE;
  private long requestNanos;
  private int timed;
  private boolean over;

  private Inferences(
      String path, @Nullable String grpcEncoding, TimelineSettings settings, RecordSink sink) {
    this.settings = settings;
    this.sink = sink;
    this.reader = InferRequestReader.open(path, grpcEncoding, this::received);
  }

  /**
   * Begins with a call's head; null for a call that carries one request, or of which nothing is
   * known.
   *
   * @param path without the query
   * @param grpcEncoding the request's {@code grpc-encoding}
   * @param sink is told each inference when it ends
   */
  public static @Nullable Inferences open(
      String path, @Nullable String grpcEncoding, TimelineSettings settings, RecordSink sink) {
    Inferences inferences = new Inferences(path, grpcEncoding, settings, sink);
    return inferences.reader == null ? null : inferences;
  }

  /** What one read brought of the client's messages, HTTP's framing removed. Observes the range. */
  public void request(byte[] bytes, int start, int end, long nanos) {
    requestNanos = nanos;
    if (reader != null) {
      reader.read(bytes, start, end);
    }
  }

  /** With how many a token event came, of those that have ended. */
  int timed() {
    return timed;
  }

  private void received(byte[] bytes, int idStart, int idEnd, boolean asksForFinal) {
    if (over) {
      return;
    }
    Inference before = find(bytes, idStart, idEnd);
    if (before != null && before.mayHaveEnded()) {
      end(before, InferenceEnd.NEXT_REQUEST, requestNanos);
    }
    if (count == IN_FLIGHT_MAX) {
      makeRoom();
    }
    if (count < IN_FLIGHT_MAX) {
      byte[] id = idStart == idEnd ? NONE : Arrays.copyOfRange(bytes, idStart, idEnd);
      add(new Inference(settings, id, requestNanos, asksForFinal));
    }
  }

  /** A response begins. */
  void response(byte[] bytes, int idStart, int idEnd, int modelStart, int modelEnd, long nanos) {
    int idStop = Math.min(idEnd, idStart + InferRequestReader.ID_BYTES_MAX);
    Inference found = find(bytes, idStart, idStop);
    if (found == null && idStart < idStop) {
      found = awaitingItsId();
      if (found != null) {
        found.named(Arrays.copyOfRange(bytes, idStart, idStop));
      }
    }
    current = found;
    if (found != null) {
      found.responded(nanos, model(bytes, modelStart, modelEnd));
    }
  }

  void tokenEvent(Reads reads) {
    Inference inference = current;
    if (inference != null) {
      inference.tokenEvent(reads);
    }
  }

  /** The response that began last was its inference's last. */
  void lastResponse(long nanos) {
    Inference inference = current;
    if (inference != null) {
      end(inference, InferenceEnd.LAST_RESPONSE, nanos);
    }
  }

  /** All that are in flight end with the call; what comes now is not timed. */
  void callEnded(long nanos) {
    over = true;
    Inference oldest = inFlight[0];
    while (oldest != null) {
      end(oldest, InferenceEnd.CALL_ENDED, nanos);
      oldest = inFlight[0];
    }
  }

  private @Nullable Inference find(byte[] bytes, int idStart, int idEnd) {
    for (int i = 0; i < count; i++) {
      Inference each = inFlight[i];
      if (each != null && each.isOf(bytes, idStart, idEnd)) {
        return each;
      }
    }
    return null;
  }

  private @Nullable Inference awaitingItsId() {
    for (int i = 0; i < count; i++) {
      Inference each = inFlight[i];
      if (each != null && each.awaitsItsId()) {
        return each;
      }
    }
    return null;
  }

  private void makeRoom() {
    Inference quiet = null;
    for (int i = 0; i < count; i++) {
      Inference each = inFlight[i];
      if (each != null && each.mayHaveEnded() && each.quieterThan(quiet)) {
        quiet = each;
      }
    }
    if (quiet != null) {
      end(quiet, InferenceEnd.MADE_ROOM, quiet.lastResponseNanos());
    }
  }

  private void add(Inference inference) {
    if (count == inFlight.length) {
      inFlight = Arrays.copyOf(inFlight, count * 2);
    }
    inFlight[count++] = inference;
  }

  @SuppressWarnings("ReferenceEquality") // that very one
  private void end(Inference inference, InferenceEnd end, long nanos) {
    int at = 0;
    while (inFlight[at] != inference) {
      at++;
    }
    count--;
    System.arraycopy(inFlight, at + 1, inFlight, at, count - at);
    inFlight[count] = null;
    current = current == inference ? null : current;
    InferenceRecord record = inference.record(end, nanos);
    timed += record.firstTokenNanos() == null ? 0 : 1;
    sink.inference(record);
  }

  private @Nullable String model(byte[] bytes, int start, int end) {
    if (start == end) {
      return null;
    }
    int stop = Math.min(end, start + MODEL_BYTES_MAX);
    if (!Arrays.equals(modelBytes, 0, modelBytes.length, bytes, start, stop)) {
      modelBytes = Arrays.copyOfRange(bytes, start, stop);
      model = new String(modelBytes, StandardCharsets.UTF_8);
    }
    return model;
  }
}
