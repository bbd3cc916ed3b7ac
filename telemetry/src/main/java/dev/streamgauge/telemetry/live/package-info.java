/**
 * What the live page and {@code streamgauge top} show: requests as they run, the last 15 minutes,
 * and why a figure is absent. Event loops write a few single-writer fields; all else happens on the
 * admin thread. docs/live.md describes what comes of it.
 */
@NullMarked
package dev.streamgauge.telemetry.live;

import org.jspecify.annotations.NullMarked;
