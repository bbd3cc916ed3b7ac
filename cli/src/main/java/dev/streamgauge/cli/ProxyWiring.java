package dev.streamgauge.cli;

import java.io.IOException;

/** Puts the modules together. */
final class ProxyWiring {
  static final ProxyCommand.Start START =
      settings -> {
        throw new IOException("no server for " + settings.listen() + " is in this build");
      };

  private ProxyWiring() {}
}
