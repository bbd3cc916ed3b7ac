package dev.streamgauge.telemetry.engine;

/**
 * What a server's page may have. What is more than one of them is left out and counted; the rest is
 * read.
 *
 * @param lineBytesMax one line of text
 * @param familiesMax families, those without a sample too
 * @param samplesMax samples, of all families together
 * @param labelsMax labels of a sample or an exemplar; vLLM 0.32 shows its configuration in 38
 * @param labelBytesMax a label's name or value, a sample's name; as written
 */
public record PageLimits(
    int lineBytesMax, int familiesMax, int samplesMax, int labelsMax, int labelBytesMax) {

  public static PageLimits defaults() {
    return new PageLimits(16 * 1024, 2_000, 20_000, 128, 4 * 1024);
  }
}
