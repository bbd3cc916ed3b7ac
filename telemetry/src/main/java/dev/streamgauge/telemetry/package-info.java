@NullMarked
package dev.streamgauge.telemetry;

import org.jspecify.annotations.NullMarked;
