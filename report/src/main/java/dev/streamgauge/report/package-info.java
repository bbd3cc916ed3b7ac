@NullMarked
package dev.streamgauge.report;

import org.jspecify.annotations.NullMarked;
