/** Admission: the server that the API server asks, and its certificates. */
@NullMarked
package dev.streamgauge.cluster.webhook;

import org.jspecify.annotations.NullMarked;
