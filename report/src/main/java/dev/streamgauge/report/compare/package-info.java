@NullMarked
package dev.streamgauge.report.compare;

import org.jspecify.annotations.NullMarked;
