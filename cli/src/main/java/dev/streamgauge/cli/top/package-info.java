/** {@code streamgauge top URL}: the live table of a proxy in a terminal. */
@NullMarked
package dev.streamgauge.cli.top;

import org.jspecify.annotations.NullMarked;
