/** Spans, metrics and access log by OTLP, made of what the other modules publish. */
@NullMarked
package dev.streamgauge.otlp;

import org.jspecify.annotations.NullMarked;
