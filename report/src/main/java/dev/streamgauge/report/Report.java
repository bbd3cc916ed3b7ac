package dev.streamgauge.report;

import dev.streamgauge.report.compare.Comparison;
import dev.streamgauge.report.run.RunSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is written, in whatever form.
 *
 * @param files as they were named
 * @param baseline null where nothing is compared
 */
public record Report(
    List<String> files,
    RunSummary run,
    @Nullable RunSummary baseline,
    @Nullable Comparison comparison) {}
