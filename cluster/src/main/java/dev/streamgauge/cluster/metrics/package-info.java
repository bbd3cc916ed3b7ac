/** The page of metrics of {@code streamgauge cluster}: every family, declared in one place. */
@NullMarked
package dev.streamgauge.cluster.metrics;

import org.jspecify.annotations.NullMarked;
