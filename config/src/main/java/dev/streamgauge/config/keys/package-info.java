/** What files with keys and certificates have in common, whoever reads them. */
@NullMarked
package dev.streamgauge.config.keys;

import org.jspecify.annotations.NullMarked;
