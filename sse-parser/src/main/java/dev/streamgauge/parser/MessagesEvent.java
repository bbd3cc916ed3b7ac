package dev.streamgauge.parser;

import java.util.EnumSet;

/** The events of Anthropic's Messages that say something to us, by their {@code type}. */
enum MessagesEvent {
  MESSAGE_START("message_start"),
  CONTENT_BLOCK_DELTA("content_block_delta"),
  MESSAGE_DELTA("message_delta"),
  MESSAGE_STOP("message_stop"),
  ERROR("error"),
  OTHER("");

  static final WordTable<MessagesEvent> TABLE =
      WordTable.of(EnumSet.complementOf(EnumSet.of(OTHER)), event -> event.type);

  private final String type;

  MessagesEvent(String type) {
    this.type = type;
  }
}
