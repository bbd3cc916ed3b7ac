package dev.streamgauge.cluster.manifest;

import dev.streamgauge.cluster.inject.Decision;
import dev.streamgauge.cluster.inject.Injection;
import dev.streamgauge.cluster.inject.Note;

/** What came of a pod, in words for people. */
public final class Explanation {
  private Explanation() {}

  /** The result in the first line; each decision and warning in lines of their own. */
  public static String of(ManifestInjection.Outcome outcome) {
    StringBuilder text = new StringBuilder();
    switch (outcome.injection()) {
      case Injection.Injected injected -> {
        text.append("injected\n");
        for (Decision decision : injected.decisions()) {
          text.append("  ").append(decision.topic().label()).append(": ");
          text.append(decision.what()).append('\n');
          text.append("      because: ").append(decision.why()).append('\n');
        }
        for (Note note : injected.warnings()) {
          text.append("  warning ").append(note.warning().eventReason()).append(": ");
          text.append(note.message()).append('\n');
        }
        if (outcome.rewritten()) {
          text.append(
              "  warning: what changes is shared by an anchor: the document is written anew,");
          text.append(" without its comments\n");
        }
      }
      case Injection.Skipped skipped ->
          text.append("skipped (")
              .append(skipped.reason().label())
              .append("): ")
              .append(skipped.message())
              .append('\n');
      case Injection.Refused refused ->
          text.append("refused (")
              .append(refused.reason().label())
              .append("): ")
              .append(refused.message())
              .append('\n');
    }
    return text.toString();
  }
}
