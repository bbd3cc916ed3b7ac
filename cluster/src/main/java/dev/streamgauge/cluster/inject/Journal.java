package dev.streamgauge.cluster.inject;

import java.util.ArrayList;
import java.util.List;

/** What is decided on the way through one pod. */
final class Journal {
  private final List<Decision> decisions = new ArrayList<>();
  private final List<Note> warnings = new ArrayList<>();

  void decided(Decision.Topic topic, String what, String why) {
    decisions.add(new Decision(topic, what, why));
  }

  void warn(Note.Warning warning, String message) {
    warnings.add(new Note(warning, message));
  }

  List<Decision> decisions() {
    return decisions;
  }

  List<Note> warnings() {
    return warnings;
  }
}
