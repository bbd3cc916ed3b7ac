@NullMarked
package dev.streamgauge.bench.jmh;

import org.jspecify.annotations.NullMarked;
