package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * Reads one response as it passes; one thread. Observes the arrays it is given and keeps no
 * reference to them. Never throws: whatever goes wrong ends the reading of this answer and nothing
 * else.
 *
 * <p>Only successful answers of generating operations are read, and whole ones of pooling models
 * for their counts. The dialect is decided by path, content type and the shape of the first object,
 * or forced; that of a pooling model's answer by its path. Limits: {@link ReaderLimits}, and
 * {@value #UNDECIDED_FRAMES_MAX} frames that show no known dialect.
 */
public final class ResponseReader {
  private static final int UNDECIDED_FRAMES_MAX = 16;

  private final boolean stream;
  private final BodyKind kind;
  private final StreamSink sink;

  /** Null for a whole answer. */
  private final @Nullable PiecePattern pattern;

  /** Null once the dialect is decided. */
  private @Nullable Recognition recognition;

  /** Null once nothing more is read. */
  private @Nullable Framer framer;

  private @Nullable BodyInflater inflater;
  private @Nullable AnswerParser parser;
  private Dialect dialect = Dialect.UNKNOWN;
  private int undecidedFrames;

  /** The array being read, and how many frames lay whole in it, or did not. */
  private byte @Nullable [] reading;

  private int framesInPlace;
  private int framesJoined;
  private boolean begun;
  private boolean cutOff;

  /** Nothing more is read; what came was not all there was to read. */
  private boolean stopped;

  private boolean anyFrame;

  private @Nullable UnparsedReason unparsed;
  private @Nullable Throwable thrown;

  /** Of a call whose method is not known; null for all else. */
  private @Nullable GrpcMessageCount messages;

  /** What the head of a whole answer says; null if it says nothing that is read. */
  private @Nullable TgiHeaders told;

  private ResponseReader(
      boolean stream, RequestFacts request, BodyKind kind, PatternPool patterns, StreamSink sink) {
    this.stream = stream;
    this.kind = kind;
    this.pattern = stream ? new PiecePattern(patterns) : null;
    this.sink = sink;
    this.recognition = new Recognition(request, kind);
  }

  /** Begins with an answer's head whose other fields say nothing, or are not there any more. */
  public static ResponseReader open(
      RequestFacts request,
      int status,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      @Nullable Dialect forced,
      ReaderLimits limits,
      PatternPool patterns,
      StreamSink sink) {
    return open(
        request,
        status,
        contentType,
        contentEncoding,
        ResponseHeaders.NONE,
        forced,
        limits,
        patterns,
        sink);
  }

  /**
   * Begins with an answer's head. Header values are as they came, null where there was none.
   *
   * @param contentEncoding of a gRPC call {@code grpc-encoding}
   * @param headers asked during this call only
   * @param forced taken instead of what the answer shows; null to decide by that
   * @param patterns what the streams of one thread share, to compare their pieces
   */
  public static ResponseReader open(
      RequestFacts request,
      int status,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      ResponseHeaders headers,
      @Nullable Dialect forced,
      ReaderLimits limits,
      PatternPool patterns,
      StreamSink sink) {
    BodyKind kind = BodyKind.of(contentType);
    boolean success = isSuccess(status);
    boolean stream = success && streams(request, kind);
    ResponseReader reader = new ResponseReader(stream, request, kind, patterns, sink);
    if (success && isUnknownCall(request, kind, contentType)) {
      reader.messages = new GrpcMessageCount();
    }
    boolean generating = request.operation().generating();
    Dialect known = known(request, kind, forced);
    boolean readCall = kind == BodyKind.GRPC && known != Dialect.UNKNOWN;
    if (success && status != 204 && (generating || stream || readCall || known.pooled())) {
      ContentCoding coding = ContentCoding.of(contentEncoding);
      if (coding == ContentCoding.UNREADABLE) {
        reader.stop(UnparsedReason.ENCODING);
      } else if (known == Dialect.UNKNOWN && !isRecognisable(request.operation(), kind)) {
        reader.stop(UnparsedReason.DIALECT);
      } else {
        reader.begin(kind, coding, known, limits, patterns);
        reader.told = stream || !generating ? null : TgiHeaders.of(headers);
      }
    } else if (success && request.operation() == Operation.INFER) {
      // Tensors, maybe large ones, that say nothing of tokens: the path alone is enough for them.
      reader.dialect = Dialect.KSERVE_INFER;
    }
    return reader;
  }

  /**
   * Begins with the head of an answer that is not to be read: no byte of its body is wanted.
   *
   * @param sink told nothing but that something was left out
   */
  public static ResponseReader unobserved(
      RequestFacts request,
      int status,
      @Nullable String contentType,
      PatternPool patterns,
      StreamSink sink) {
    BodyKind kind = BodyKind.of(contentType);
    boolean success = isSuccess(status);
    boolean stream = success && streams(request, kind);
    ResponseReader reader = new ResponseReader(stream, request, kind, patterns, sink);
    if (success && (stream || request.operation().inference())) {
      reader.stop(UnparsedReason.NOT_OBSERVED);
    }
    return reader;
  }

  private static boolean isUnknownCall(
      RequestFacts request, BodyKind kind, @Nullable String contentType) {
    return (kind == BodyKind.GRPC || kind == BodyKind.OTHER)
        && GrpcMessageCount.counts(contentType)
        && GrpcMethod.of(request.path()) == null;
  }

  private static boolean isSuccess(int status) {
    return status >= 200 && status < 300;
  }

  private static boolean streams(RequestFacts request, BodyKind kind) {
    return kind.streams() || (kind == BodyKind.GRPC && streams(request));
  }

  private static boolean streams(RequestFacts request) {
    GrpcMethod call = GrpcMethod.of(request.path());
    return call != null && call.streams();
  }

  /** What needs no object to be seen; a dialect can't be forced on frames of another kind. */
  private static Dialect known(RequestFacts request, BodyKind kind, @Nullable Dialect forced) {
    boolean grpc = kind == BodyKind.GRPC;
    Dialect pooled = kind == BodyKind.JSON ? Recognition.pooled(request) : Dialect.UNKNOWN;
    boolean sameKind =
        forced != null && forced.overGrpc() == grpc && forced.pooled() == pooled.pooled();
    if (forced != null && sameKind) {
      return forced;
    }
    if (pooled != Dialect.UNKNOWN) {
      return pooled;
    }
    GrpcMethod call = grpc ? GrpcMethod.of(request.path()) : null;
    return call == null ? Dialect.UNKNOWN : call.dialect();
  }

  private static boolean isRecognisable(Operation operation, BodyKind kind) {
    boolean operationKnown =
        switch (operation) {
          case CHAT, COMPLETION, RESPONSES, MESSAGES, GENERATE -> true;
          case INFER -> kind == BodyKind.SSE;
          case EMBEDDINGS, RERANK, TOKENIZE, OTHER -> false;
        };
    boolean kindKnown =
        switch (kind) {
          case SSE, JSON -> true;
          // Ollama's.
          case NDJSON -> operation == Operation.CHAT || operation == Operation.GENERATE;
          case GRPC, OTHER -> false;
        };
    return operationKnown && kindKnown;
  }

  private void begin(
      BodyKind kind,
      ContentCoding coding,
      Dialect known,
      ReaderLimits limits,
      PatternPool patterns) {
    begun = true;
    Framer.Frames taken = new Taken();
    Framer frames =
        known.pooled()
            ? new SkimmingFramer(limits.frameBytesMax(), taken)
            : kind.framer(coding, limits, patterns, taken);
    framer = frames;
    if (coding != ContentCoding.IDENTITY && kind != BodyKind.GRPC) {
      boolean gzip = coding == ContentCoding.GZIP;
      inflater = new BodyInflater(gzip, limits.inflatedBytesMax(), frames);
    }
    if (known != Dialect.UNKNOWN) {
      decided(known);
    }
  }

  private AnswerParser decided(Dialect known) {
    return decided(known, DialectParser.of(known, sink));
  }

  private AnswerParser decided(Dialect known, AnswerParser chosen) {
    recognition = null;
    dialect = known;
    parser = chosen;
    return chosen;
  }

  /** False: feeding may be skipped from now on. */
  public boolean wantsBytes() {
    GrpcMessageCount counting = messages;
    return framer != null || (counting != null && !counting.several());
  }

  /** Body bytes, HTTP's framing removed. */
  public void read(byte[] bytes, int start, int end) {
    GrpcMessageCount counting = messages;
    if (counting != null) {
      counting.read(bytes, start, end);
    }
    Framer frames = framer;
    if (frames == null || start >= end) {
      return;
    }
    try {
      if (inflater == null) {
        readPlain(frames, bytes, start, end);
      } else {
        inflater.read(bytes, start, end);
      }
      checkLimits(frames);
    } catch (Throwable fault) { // Even an error must not reach the stream that passes.
      failed(fault);
    }
  }

  /** Passes over the pieces that are like the last one, and learns from one that is not. */
  private void readPlain(Framer frames, byte[] bytes, int start, int end) {
    AnswerParser known = parser;
    PiecePattern last = pattern;
    if (known == null || last == null || !frames.betweenFrames()) {
      frames.read(bytes, start, end);
      return;
    }
    int at = start;
    int like = endOfLike(last, frames, bytes, at, end);
    while (like >= 0) {
      known.plainPieceAgain();
      frames.passedOver();
      at = like;
      like = endOfLike(last, frames, bytes, at, end);
    }
    if (at < end) {
      framesInPlace = 0;
      framesJoined = 0;
      reading = bytes;
      frames.read(bytes, at, end);
      reading = null;
      boolean one = framesInPlace == 1 && framesJoined == 0;
      if (one && known.plainPiece() && frames.betweenFrames() && framer != null) {
        known.keepPlainPiece();
        last.learn(bytes, at, known.plainTextStart(), known.plainTextEnd(), end);
      }
    }
  }

  /** A piece above the framer's limit is left to the framer. */
  private static int endOfLike(
      PiecePattern pattern, Framer frames, byte[] bytes, int start, int end) {
    int bytesMax = Math.min(end - start, frames.frameBytesMax());
    return pattern.endOfLike(bytes, start, start + bytesMax);
  }

  /** The body ended cleanly, as HTTP's framing says. */
  public void end() {
    Framer frames = framer;
    if (frames == null) {
      return;
    }
    try {
      frames.end();
      checkLimits(frames);
      tellCleanEnd();
    } catch (Throwable fault) { // As in read.
      failed(fault);
    }
    boolean cutWhole = !stream && cutOff;
    if (!anyFrame && frames.foreign()) {
      stop(UnparsedReason.DIALECT);
    }
    if (parser == null && undecidedFrames > 0 && !cutWhole) {
      stop(UnparsedReason.DIALECT);
    }
    close();
  }

  /** A whole answer shows by itself whether it is complete. */
  private void tellCleanEnd() {
    AnswerParser known = parser == null ? ofNothing() : parser;
    if (known != null && !stopped && !known.cutOff() && (stream || dialect.overGrpc())) {
      known.endedCleanly();
    }
  }

  /** Where nothing came at all, the path says whether that is an answer. */
  private @Nullable AnswerParser ofNothing() {
    Recognition undecided = recognition;
    if (undecided == null || undecidedFrames > 0 || !stream) {
      return null;
    }
    return undecided.pathSays() == Dialect.TRITON_GENERATE
        ? decided(Dialect.TRITON_GENERATE)
        : null;
  }

  /** Frees what is held; may be called twice. */
  public void close() {
    if (inflater != null) {
      inflater.close();
      inflater = null;
    }
    if (pattern != null) {
      pattern.release();
    }
    if (framer != null) {
      framer.release();
      framer = null;
    }
  }

  /** {@link Dialect#UNKNOWN} until the first object came. */
  public Dialect dialect() {
    return dialect;
  }

  /**
   * The answer is SSE, NDJSON or a server-streaming call of gRPC, with a 2xx status; a call whose
   * method is not known is one from its second message on.
   */
  public boolean stream() {
    GrpcMessageCount counted = messages;
    return stream || (counted != null && counted.several());
  }

  /** Why the answer was not, or not wholly, read; null if it was, or needn't be. */
  public @Nullable UnparsedReason unparsed() {
    return unparsed;
  }

  /** What was thrown inside, which is a fault of ours; null if nothing was. */
  public @Nullable Throwable thrown() {
    return thrown;
  }

  /**
   * The answer should be of a known dialect, by its operation, and nothing kept us from reading it:
   * an end without the dialect's marker is then a truncation, also where not one frame came.
   */
  public boolean readToItsEnd() {
    return begun && !stopped;
  }

  private void checkLimits(Framer frames) {
    BodyInflater.Fault fault = inflater == null ? null : inflater.fault();
    if (frames.over() || fault == BodyInflater.Fault.TOO_LARGE) {
      stop(UnparsedReason.TOO_LARGE);
    } else if (fault == BodyInflater.Fault.CORRUPT) {
      stop(UnparsedReason.FAILURE);
    }
    UnparsedReason unread = frames.fault();
    if (unread != null) {
      stop(unread);
    }
  }

  private void failed(Throwable fault) {
    thrown = fault;
    stop(UnparsedReason.FAILURE);
  }

  private void stop(UnparsedReason reason) {
    if (!stopped) {
      stopped = true;
      unparsed = reason; // tells more than that something was left out before
      sink.frameLeftOut();
    }
    close();
  }

  @SuppressWarnings("ReferenceEquality") // the array itself, not its content
  private void frame(byte[] bytes, int start, int end, EventName event) {
    int text = ByteOrderMark.end(bytes, start, end);
    if (framer == null || text == end) {
      return;
    }
    if (!anyFrame && !mayBeSo(bytes, text, end)) {
      stop(UnparsedReason.DIALECT);
      return;
    }
    anyFrame = true;
    if (bytes == reading) {
      framesInPlace++;
    } else {
      framesJoined++;
    }
    AnswerParser known = parser == null ? recognise(bytes, text, end, event) : parser;
    if (known == null) {
      return;
    }
    if (stream) {
      known.frame(bytes, text, end, event);
    } else {
      if (told != null) {
        told.tell(sink); // first, so that what the answer itself counts replaces it
      }
      known.answer(bytes, text, end);
    }
  }

  /** Whether what is said to be JSON begins as JSON does, and not as an event stream. */
  private boolean mayBeSo(byte[] bytes, int start, int end) {
    if (kind == BodyKind.SSE || kind == BodyKind.GRPC) {
      return true;
    }
    int at = start;
    while (at < end && bytes[at] <= ' ' && bytes[at] > 0) {
      at++;
    }
    return at == end || JsonKind.of(bytes[at]) != JsonKind.NONE;
  }

  private void leftOut() {
    if (framer == null) {
      return;
    }
    if (unparsed == null) {
      unparsed = UnparsedReason.TOO_LARGE;
    }
    sink.frameLeftOut();
  }

  /** What the framer is to know of this. */
  private final class Taken implements Framer.Frames {
    @Override
    public void frame(byte[] bytes, int start, int end, EventName event) {
      ResponseReader.this.frame(bytes, start, end, event);
    }

    @Override
    public void leftOut() {
      ResponseReader.this.leftOut();
    }
  }

  private @Nullable AnswerParser recognise(byte[] bytes, int start, int end, EventName event) {
    Recognition undecided = recognition;
    if (undecided == null) {
      return null;
    }
    AnswerParser named = stream || !undecided.likelyOpenAi() ? null : named(bytes, start, end);
    if (named != null) {
      return named;
    }
    Dialect shown = undecided.of(bytes, start, end, event);
    if (shown != Dialect.UNKNOWN) {
      return decided(shown);
    }
    if (undecided.malformed()) {
      cutOff = undecided.cutOff();
      sink.malformedFrame();
    }
    undecidedFrames++;
    if (undecidedFrames == UNDECIDED_FRAMES_MAX) {
      stop(UnparsedReason.DIALECT);
    }
    return null;
  }

  /** Most whole answers say what they are: these are read once instead of twice. */
  private @Nullable AnswerParser named(byte[] bytes, int start, int end) {
    OpenAiParser guess = new OpenAiParser(sink, false);
    Dialect name = guess.readNamed(bytes, start, end);
    return name == Dialect.UNKNOWN ? null : decided(name, guess);
  }
}
