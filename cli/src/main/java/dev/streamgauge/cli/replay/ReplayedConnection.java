package dev.streamgauge.cli.replay;

/** One recorded connection, read by the protocol that it speaks. */
sealed interface ReplayedConnection permits AnyConnection, Http1Connection, Http2Connection {
  void happened(RecordedEvent event);

  /** No more was recorded; that alone says nothing of the upstream. */
  void recordingEnded(long nanos);
}
