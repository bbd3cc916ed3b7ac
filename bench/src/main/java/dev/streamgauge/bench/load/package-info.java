@NullMarked
package dev.streamgauge.bench.load;

import org.jspecify.annotations.NullMarked;
