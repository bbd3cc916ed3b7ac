/**
 * Simulator, proxy and a little traffic in one process, with a table of what the proxy measures.
 */
@org.jspecify.annotations.NullMarked
package dev.streamgauge.cli.demo;
