package dev.streamgauge.report.compare;

/** Where the true value lies in 95 of 100 such cases; both ends belong to it. */
public record Interval(double low, double high) {}
