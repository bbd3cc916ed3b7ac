/** NVIDIA's management library, by the JDK's foreign-function API. */
@NullMarked
package dev.streamgauge.gpu.nvml;

import org.jspecify.annotations.NullMarked;
