@NullMarked
package dev.streamgauge.timeline;

import org.jspecify.annotations.NullMarked;
