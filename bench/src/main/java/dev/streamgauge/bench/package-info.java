@NullMarked
package dev.streamgauge.bench;

import org.jspecify.annotations.NullMarked;
