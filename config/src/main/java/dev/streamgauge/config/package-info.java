@NullMarked
package dev.streamgauge.config;

import org.jspecify.annotations.NullMarked;
