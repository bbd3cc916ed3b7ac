/** A model server without a model: set timing, real shapes, faults on demand. */
@org.jspecify.annotations.NullMarked
package dev.streamgauge.cli.simulate;
