package dev.streamgauge.proxy;

import org.jspecify.annotations.Nullable;

/** Reads a client's body no further while there may be no buffer for it. On one event loop. */
final class MemoryWait {
  private final Client client;
  private boolean waits;

  MemoryWait(Client client) {
    this.client = client;
  }

  /** When something of a request's body was read, and more may come. */
  void afterRead(Exchange current) {
    if (!current.requestDone() && client.loop().shared.guard().scarceNow()) {
      waits = true;
      client.pauseReading();
    }
  }

  /** At regular times; what the server does not take waits on, for it says when it takes more. */
  void check(@Nullable Exchange current) {
    if (!waits || client.loop().shared.guard().scarceNow()) {
      return;
    }
    waits = false;
    UpstreamLink server = current == null ? null : current.upstream();
    if (server == null || server.writable()) {
      client.resumeReading();
    }
  }
}
