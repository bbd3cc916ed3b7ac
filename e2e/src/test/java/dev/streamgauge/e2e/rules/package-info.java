/** Rules over all modules: who may use whom, and what is called where. */
@NullMarked
package dev.streamgauge.e2e.rules;

import org.jspecify.annotations.NullMarked;
