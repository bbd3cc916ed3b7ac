@NullMarked
package dev.streamgauge.cli;

import org.jspecify.annotations.NullMarked;
