/** What the cluster knows about model servers, as figures and as log lines. */
@NullMarked
package dev.streamgauge.cluster.watch;

import org.jspecify.annotations.NullMarked;
