/** What runs once a cluster: {@code streamgauge cluster}. */
@NullMarked
package dev.streamgauge.cluster;

import org.jspecify.annotations.NullMarked;
