package dev.streamgauge.bench.result;

/**
 * A figure that each row of a table has.
 *
 * @param key its name in JSON, with its unit last
 * @param heading its name on a page, with its unit
 * @param decimals with which it is shown
 */
public record Column(String key, String heading, int decimals) {}
