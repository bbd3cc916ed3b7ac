@NullMarked
package dev.streamgauge.parser;

import org.jspecify.annotations.NullMarked;
