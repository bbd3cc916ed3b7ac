/** What a model server says of itself: its page of metrics, read, made one, and written again. */
@NullMarked
package dev.streamgauge.telemetry.engine;

import org.jspecify.annotations.NullMarked;
