package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The annotations by which a plain Prometheus finds what to scrape. */
final class Scraping {
  private static final String PREFIX = "prometheus.io/";

  private Scraping() {}

  /** There is room for one port only; somebody else's stays. */
  static void annotate(ObjectNode annotations, int port, Journal journal) {
    for (String name : Tree.texts(annotations).keySet()) {
      if (name.startsWith(PREFIX)) {
        journal.decided(
            Decision.Topic.METRICS,
            "the pod's " + PREFIX + " annotations are left as they are",
            "there is room for one port, and somebody set " + name);
        return;
      }
    }
    annotations.put(PREFIX + "scrape", "true");
    annotations.put(PREFIX + "port", Integer.toString(port));
    annotations.put(PREFIX + "path", "/metrics");
    journal.decided(
        Decision.Topic.METRICS,
        PREFIX + "scrape, port and path are set",
        Settings.SCRAPE_ANNOTATIONS.name() + " is true");
  }
}
