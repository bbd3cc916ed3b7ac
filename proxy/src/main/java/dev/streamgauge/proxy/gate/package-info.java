/** The queue in front of the server: who goes on now, who waits, and who is sent away. */
@NullMarked
package dev.streamgauge.proxy.gate;

import org.jspecify.annotations.NullMarked;
