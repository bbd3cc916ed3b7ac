package dev.streamgauge.cluster.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of a request to the API server. */
public sealed interface Answer {
  /** It was done; the object as it is now (of a deletion, a Status). */
  record Done(ObjectNode object) implements Answer {}

  /** It was not. */
  sealed interface Failure extends Answer {
    /** In a few words, for a message. */
    String text();

    /** Whether it was for that reason. */
    default boolean is(StatusReason reason) {
      return this instanceof Refused refused && refused.reason() == reason;
    }
  }

  /**
   * The API server said no.
   *
   * @param message its own words
   * @param retryAfter when to ask again, where it said so
   */
  record Refused(int code, StatusReason reason, String message, @Nullable Duration retryAfter)
      implements Failure {
    @Override
    public String text() {
      return code + " " + reason + ": " + message;
    }
  }

  /** There was no answer, or none that could be read. Whether it was done is not known. */
  record Unreachable(String why) implements Failure {
    @Override
    public String text() {
      return why;
    }
  }

  /** The object, or null where it was not done. */
  default @Nullable ObjectNode orNull() {
    return this instanceof Done done ? done.object() : null;
  }
}
