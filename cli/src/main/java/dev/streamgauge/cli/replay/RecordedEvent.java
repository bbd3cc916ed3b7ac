package dev.streamgauge.cli.replay;

/**
 * One line of a recording: a socket read, or something that befell a connection.
 *
 * @param nanos since the recording began
 * @param fromClient whether it came from the client's side; false where the line does not say
 * @param bytes what was read; empty unless {@code kind} is {@link Kind#READ}
 */
@SuppressWarnings("ArrayRecordComponent") // owned by the reader of the file and never compared
record RecordedEvent(long nanos, long connection, boolean fromClient, Kind kind, byte[] bytes) {
  /** What happened. */
  enum Kind {
    READ,
    OPEN,
    EOF,
    RST,
    SEND_FAILED,
    CONNECT_FAILED,
    CLOSE
  }
}
