/** A thin client of the API server: lists, watches, leases, events. */
@NullMarked
package dev.streamgauge.cluster.kube;

import org.jspecify.annotations.NullMarked;
