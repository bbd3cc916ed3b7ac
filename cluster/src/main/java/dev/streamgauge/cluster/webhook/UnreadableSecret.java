package dev.streamgauge.cluster.webhook;

import org.jspecify.annotations.Nullable;

/** A Secret of certificates that does not hold what we wrote. */
final class UnreadableSecret extends Exception {
  private static final long serialVersionUID = 1;

  UnreadableSecret(String why, @Nullable Exception cause) {
    super(why, cause);
  }
}
