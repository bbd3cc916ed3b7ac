package dev.streamgauge.cli.replay;

/** A line that is no line of a recording. */
final class BadRecording extends Exception {
  BadRecording(String reason) {
    super(reason);
  }
}
