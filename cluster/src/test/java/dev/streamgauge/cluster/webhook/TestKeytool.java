package dev.streamgauge.cluster.webhook;

import java.nio.file.Path;

/** The one of the Java that runs the tests. */
final class TestKeytool {
  static final Keytool KEYTOOL =
      new Keytool(Path.of(System.getProperty("java.home"), "bin", "keytool"));

  private TestKeytool() {}
}
