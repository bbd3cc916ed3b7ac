package dev.streamgauge.cluster.watch;

import org.jspecify.annotations.Nullable;

/**
 * What something happened to, in the words of labels and log lines.
 *
 * @param workload empty for a node
 */
record Subject(String namespace, String workload, @Nullable String pod, @Nullable String node) {}
