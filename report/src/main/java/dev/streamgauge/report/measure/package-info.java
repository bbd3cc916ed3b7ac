@NullMarked
package dev.streamgauge.report.measure;

import org.jspecify.annotations.NullMarked;
