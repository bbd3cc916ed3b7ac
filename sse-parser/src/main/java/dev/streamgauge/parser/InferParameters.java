package dev.streamgauge.parser;

/** An entry of the map {@code parameters} of KServe's open inference protocol. */
final class InferParameters {
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int BOOL_PARAM = 1;

  private InferParameters() {}

  /** Whether the entry that is the field read last has this name, and true as its value. */
  static boolean isTrue(ProtoReader proto, byte[] name) {
    if (!proto.enter()) {
      return false;
    }
    boolean named = false;
    boolean value = false;
    while (proto.next()) {
      if (proto.field() == KEY) {
        named = proto.valueIs(name);
      } else if (proto.field() == VALUE && proto.enter()) {
        value = holdsTrue(proto);
        proto.leave();
      }
    }
    proto.leave();
    return named && value;
  }

  private static boolean holdsTrue(ProtoReader proto) {
    boolean is = false;
    while (proto.next()) {
      is |= proto.field() == BOOL_PARAM && proto.number() == 1;
    }
    return is;
  }
}
