@NullMarked
package dev.streamgauge.bench.target;

import org.jspecify.annotations.NullMarked;
