/** What measurements end as: tables of figures by round, and how they are shown and kept. */
@NullMarked
package dev.streamgauge.bench.result;

import org.jspecify.annotations.NullMarked;
