@NullMarked
package dev.streamgauge.report.log;

import org.jspecify.annotations.NullMarked;
