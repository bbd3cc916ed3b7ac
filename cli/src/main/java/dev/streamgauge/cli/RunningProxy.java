package dev.streamgauge.cli;

import java.util.List;

/** What {@link ProxyCommand} needs of the server. */
public interface RunningProxy {
  /** As they can be reached: a port 0 is replaced by the one that was got. */
  List<String> listenAddresses();

  String adminAddress();

  /** Requests that have not ended. */
  int inFlight();

  /**
   * Serves what is in flight, at most for the drain time-out; returns when all is closed.
   *
   * @param why in a few words, for the log
   */
  void drainAndStop(String why);
}
