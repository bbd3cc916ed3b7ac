@NullMarked
package dev.streamgauge.cli.replay;

import org.jspecify.annotations.NullMarked;
