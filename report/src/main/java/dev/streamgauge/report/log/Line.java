package dev.streamgauge.report.log;

/** What one line turned out to be. */
public sealed interface Line permits LoggedRequest, Rejection {}
