@NullMarked
package dev.streamgauge.report.page;

import org.jspecify.annotations.NullMarked;
