package dev.streamgauge.report.run;

import dev.streamgauge.report.measure.Figure;
import dev.streamgauge.report.measure.Stats;
import java.util.Map;

/**
 * Requests that came while so many others were there.
 *
 * @param from inclusive
 * @param to exclusive; 0 where nobody was there
 * @param figures TTFT, TPOT and queue, those that have values
 */
public record LoadRow(double from, double to, long requests, Map<Figure, Stats> figures) {}
