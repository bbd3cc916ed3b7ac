/** The admin port of {@code streamgauge cluster}. */
@NullMarked
package dev.streamgauge.cluster.admin;

import org.jspecify.annotations.NullMarked;
