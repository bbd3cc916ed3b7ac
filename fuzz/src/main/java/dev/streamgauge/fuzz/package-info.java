/** Inputs that nobody thought of, against what reads answers and requests. */
@NullMarked
package dev.streamgauge.fuzz;

import org.jspecify.annotations.NullMarked;
