/** What the readers of all makers' drivers have in common; the only caller of native code. */
@NullMarked
package dev.streamgauge.gpu.driver;

import org.jspecify.annotations.NullMarked;
