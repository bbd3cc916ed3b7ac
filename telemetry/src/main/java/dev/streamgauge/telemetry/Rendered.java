package dev.streamgauge.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * A page of metrics, ready to be sent.
 *
 * @param contentEncoding {@code gzip}, or null for none
 * @param body not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // a response body; handed over once and never compared
public record Rendered(String contentType, @Nullable String contentEncoding, byte[] body) {}
