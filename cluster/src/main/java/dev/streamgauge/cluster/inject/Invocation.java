package dev.streamgauge.cluster.inject;

import java.util.List;

/** The words behind a server's program: read, and changed where they stand. */
interface Invocation {

  /** In their order. */
  List<Argument> arguments();

  void replace(int index, String word);

  /** Behind the last one. */
  void append(List<String> words);

  /** Whether a variable is set among the words that start the server, over those of the pod. */
  boolean assigns(String variable);

  /** How it is started, for a message. */
  String form();

  /**
   * One word.
   *
   * @param text what the server gets; {@link Variables#UNKNOWN} for what is known only when it runs
   * @param open may become several words, or none, when it runs
   */
  record Argument(String text, boolean open) {
    boolean isKnown() {
      return Variables.isKnown(text);
    }
  }
}
