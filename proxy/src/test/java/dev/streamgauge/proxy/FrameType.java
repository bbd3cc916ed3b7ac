package dev.streamgauge.proxy;

import java.util.stream.Stream;

/** The frames of HTTP/2, as RFC 9113 section 6 numbers them. */
enum FrameType {
  DATA(0),
  HEADERS(1),
  PRIORITY(2),
  RST_STREAM(3),
  SETTINGS(4),
  PUSH_PROMISE(5),
  PING(6),
  GOAWAY(7),
  WINDOW_UPDATE(8),
  CONTINUATION(9),
  UNKNOWN(10);

  private final int number;

  FrameType(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  static FrameType of(int number) {
    return Stream.of(values()).filter(type -> type.number == number).findAny().orElse(UNKNOWN);
  }
}
