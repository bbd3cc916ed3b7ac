package dev.streamgauge.parser;

/**
 * Whether an inference's outputs carry something generated. An output named {@code text_output}, as
 * Triton's backends for vLLM and TensorRT-LLM have, is the text and all others say something about
 * it; else each output of strings is text; else all outputs count. Values stand in the output
 * itself or, in the same order, behind all of them as raw bytes: strings with their length in four
 * bytes before each, the lowest first.
 *
 * <p>Limit: the first {@value #OUTPUTS_MAX} outputs; later ones aren't looked at.
 */
final class InferOutputs {
  private static final int OUTPUTS_MAX = Long.SIZE;
  private static final int NAME = 1;
  private static final int DATATYPE = 2;
  private static final int CONTENTS = 5;
  private static final int BYTES_CONTENTS = 8;
  private static final int LENGTH_BYTES = 4;
  private static final byte[] TEXT_OUTPUT = Ascii.bytes("text_output");
  private static final byte[] BYTES = Ascii.bytes("BYTES");

  /** A bit for each output. */
  private long named;

  private long strings;
  private long filled;
  private long rawFilled;
  private long rawWithText;
  private int outputs;
  private int raws;

  void clear() {
    named = 0;
    strings = 0;
    filled = 0;
    rawFilled = 0;
    rawWithText = 0;
    outputs = 0;
    raws = 0;
  }

  void readOutput(ProtoReader proto) {
    long bit = outputs < OUTPUTS_MAX ? 1L << outputs : 0;
    outputs++;
    if (!proto.enter()) {
      return;
    }
    while (proto.next()) {
      switch (proto.field()) {
        case NAME -> named |= proto.valueIs(TEXT_OUTPUT) ? bit : 0;
        case DATATYPE -> strings |= proto.valueIs(BYTES) ? bit : 0;
        case CONTENTS -> filled |= contentsFilled(proto) ? bit : 0;
        default -> {}
      }
    }
    proto.leave();
  }

  void readRaw(ProtoReader proto) {
    long bit = raws < OUTPUTS_MAX ? 1L << raws : 0;
    raws++;
    if (proto.filledValue()) {
      rawFilled |= bit;
      rawWithText |= hasText(proto) ? bit : 0;
    }
  }

  boolean carryText() {
    long asked = named != 0 ? named : strings;
    if (asked == 0) {
      return (filled | rawFilled) != 0;
    }
    long withText = filled | (rawWithText & strings) | (rawFilled & ~strings);
    return (withText & asked) != 0;
  }

  private static boolean contentsFilled(ProtoReader proto) {
    boolean is = false;
    if (!proto.enter()) {
      return false;
    }
    while (proto.next()) {
      is |= proto.filledValue() || (proto.field() != BYTES_CONTENTS && proto.integers() > 0);
    }
    proto.leave();
    return is;
  }

  private static boolean hasText(ProtoReader proto) {
    byte[] bytes = proto.bytes();
    int at = proto.valueStart();
    while (at + LENGTH_BYTES <= proto.valueEnd()) {
      boolean empty = (bytes[at] | bytes[at + 1] | bytes[at + 2] | bytes[at + 3]) == 0;
      if (!empty) {
        return true;
      }
      at += LENGTH_BYTES;
    }
    return false;
  }
}
