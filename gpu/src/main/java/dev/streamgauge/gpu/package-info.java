/** What is known of this container's GPUs, and which those are. */
@NullMarked
package dev.streamgauge.gpu;

import org.jspecify.annotations.NullMarked;
