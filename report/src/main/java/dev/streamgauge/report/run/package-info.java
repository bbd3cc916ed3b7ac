@NullMarked
package dev.streamgauge.report.run;

import org.jspecify.annotations.NullMarked;
