package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Reads the requests on a call that may carry several, KServe's {@code ModelStreamInfer}, as they
 * pass: when one is whole, and by which id its responses will be known. One thread. Observes the
 * arrays it is given and keeps no reference to them. Never throws: whatever goes wrong ends this
 * reading and nothing else.
 *
 * <p>Limits: the first {@value MessageHeads#HEAD_BYTES_MAX} bytes of each request, which is one
 * array; {@value #ID_BYTES_MAX} bytes of an id. Fields stand in the order of their numbers in what
 * all known clients send, the id ahead of what is large. A request whose id isn't found is not
 * told. Nothing is allocated for one that is not compressed.
 */
public final class InferRequestReader {
  /** Of a longer id this much counts. */
  public static final int ID_BYTES_MAX = InferIds.ID_BYTES_MAX;

  private static final int ID = 3;
  private static final int PARAMETERS = 4;
  private static final byte[] ENABLE_FINAL = Ascii.bytes("triton_enable_empty_final_response");

  /** Takes requests. */
  public interface Requests {
    /**
     * A request is whole. Observes the array during the call.
     *
     * @param idStart where its id lies, which is empty if it has none
     * @param asksForFinal it wants to be told of its last response (Triton's {@code
     *     triton_enable_empty_final_response})
     */
    void request(byte[] bytes, int idStart, int idEnd, boolean asksForFinal);
  }

  private final Requests requests;
  private final MessageHeads messages;
  private final ProtoReader proto = new ProtoReader();
  private @Nullable Throwable thrown;

  private InferRequestReader(ContentCoding coding, Requests requests) {
    this.requests = requests;
    this.messages = new MessageHeads(coding, this::head);
  }

  /**
   * Begins with a call's head; null for a call that carries one request, or of which nothing is
   * known.
   *
   * @param path without the query
   * @param grpcEncoding the request's {@code grpc-encoding}
   */
  public static @Nullable InferRequestReader open(
      String path, @Nullable String grpcEncoding, Requests requests) {
    return GrpcMethod.of(path) == GrpcMethod.KSERVE_STREAM_INFER
        ? new InferRequestReader(ContentCoding.of(grpcEncoding), requests)
        : null;
  }

  /** Bytes of the call's messages, HTTP's framing removed. */
  public void read(byte[] bytes, int start, int end) {
    if (thrown != null) {
      return;
    }
    try {
      messages.read(bytes, start, end);
    } catch (Throwable fault) { // Even an error must not reach the call that passes.
      thrown = fault;
    }
  }

  /** What was thrown inside, which is a fault of ours; null if nothing was. */
  public @Nullable Throwable thrown() {
    return thrown;
  }

  private void head(byte[] bytes, int start, int end, boolean whole) {
    int idStart = start;
    int idEnd = start;
    boolean asksForFinal = false;
    boolean behindId = false;
    proto.reset(bytes, start, end);
    while (proto.next()) {
      behindId |= proto.field() > ID;
      if (proto.field() == ID) {
        idStart = proto.valueStart();
        idEnd = proto.valueEnd();
      } else if (proto.field() == PARAMETERS) {
        asksForFinal |= InferParameters.isTrue(proto, ENABLE_FINAL);
      }
    }
    boolean cut = proto.failed();
    behindId |= proto.field() > ID; // also where the cut is inside that field
    proto.release();
    boolean known = whole ? !cut : idEnd > idStart || behindId;
    if (known) {
      int idStop = Math.min(idEnd, idStart + ID_BYTES_MAX);
      requests.request(bytes, idStart, idStop, asksForFinal);
    }
  }
}
