package dev.streamgauge.parser;

/** Frames that are protobuf messages of a gRPC call. */
abstract sealed class GrpcParser extends AnswerParser permits GenerateParser, InferParser {
  final ProtoReader proto = new ProtoReader();

  GrpcParser(StreamSink sink) {
    super(sink);
  }

  @Override
  final void readFrame(byte[] bytes, int start, int end, EventName event) {
    read(bytes, start, end, true);
  }

  @Override
  final void answer(byte[] bytes, int start, int end) {
    read(bytes, start, end, false);
  }

  private void read(byte[] bytes, int start, int end, boolean streamed) {
    proto.reset(bytes, start, end);
    readMessage(streamed);
    if (proto.failed()) {
      sink.malformedFrame();
    } else {
      tellMessage(streamed);
    }
    proto.release();
  }

  /** Reads the message that the reader was set to. */
  abstract void readMessage(boolean streamed);

  /** Tells what the message read last says; of tokens only if it is part of a stream. */
  abstract void tellMessage(boolean streamed);
}
