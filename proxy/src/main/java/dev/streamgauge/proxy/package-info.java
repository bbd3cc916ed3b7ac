@NullMarked
package dev.streamgauge.proxy;

import org.jspecify.annotations.NullMarked;
