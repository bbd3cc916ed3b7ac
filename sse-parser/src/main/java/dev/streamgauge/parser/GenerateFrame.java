package dev.streamgauge.parser;

/** One message of a {@code Generate} call, read but not yet told. A count of 0 isn't sent. */
final class GenerateFrame {
  private static final int ERROR_MESSAGE = 1;

  final PerfMetrics perf = new PerfMetrics();

  /** It is the last of its choice. */
  boolean complete;

  /** It is a chunk, or the last of its choice. */
  boolean piece;

  int choice;
  int tokenIds;
  long promptTokens;
  long completionTokens;
  long cachedTokens;
  long reasoningTokens;
  int reasonStart;
  int reasonEnd;
  int errorStart;
  int errorEnd;

  void read(ProtoReader proto, GenerateFields fields) {
    clear();
    while (proto.next()) {
      int field = proto.field();
      if (field == fields.answer().chunk()) {
        readPiece(proto, fields.chunk());
      } else if (field == fields.answer().complete()) {
        complete = true;
        readPiece(proto, fields.complete());
      } else if (field == fields.answer().error()) {
        readError(proto);
      }
    }
  }

  private void clear() {
    perf.clear();
    complete = false;
    piece = false;
    choice = 0;
    tokenIds = 0;
    promptTokens = StreamSink.UNKNOWN;
    completionTokens = StreamSink.UNKNOWN;
    cachedTokens = StreamSink.UNKNOWN;
    reasoningTokens = StreamSink.UNKNOWN;
    reasonStart = 0;
    reasonEnd = 0;
    errorStart = 0;
    errorEnd = 0;
  }

  private void readPiece(ProtoReader proto, GenerateFields.Piece fields) {
    piece = true;
    if (!proto.enter()) {
      return;
    }
    while (proto.next()) {
      pieceField(proto, fields);
    }
    proto.leave();
  }

  private void pieceField(ProtoReader proto, GenerateFields.Piece fields) {
    int field = proto.field();
    if (field == GenerateFields.TOKEN_IDS) {
      tokenIds += proto.integers();
    } else if (field == fields.index()) {
      choice = AnswerParser.choiceOf(proto.number());
    } else if (field == fields.promptTokens()) {
      promptTokens = proto.count();
    } else if (field == fields.completionTokens()) {
      completionTokens = proto.count();
    } else if (field == fields.cachedTokens()) {
      cachedTokens = proto.count();
    } else if (field == fields.reasoningTokens()) {
      reasoningTokens = proto.count();
    } else if (field == fields.finishReason()) {
      reasonStart = proto.valueStart();
      reasonEnd = proto.valueEnd();
    } else if (field == fields.perfMetrics()) {
      perf.read(proto);
    }
  }

  private void readError(ProtoReader proto) {
    if (!proto.enter()) {
      return;
    }
    while (proto.next()) {
      if (proto.field() == ERROR_MESSAGE && proto.filledValue()) {
        errorStart = proto.valueStart();
        errorEnd = proto.valueEnd();
      }
    }
    proto.leave();
  }
}
