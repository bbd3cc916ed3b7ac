/** AMD's management library, by the JDK's foreign-function API. */
@NullMarked
package dev.streamgauge.gpu.amd;

import org.jspecify.annotations.NullMarked;
