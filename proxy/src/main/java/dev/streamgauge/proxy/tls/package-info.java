/**
 * TLS on the JDK's own engine: what is read from files and read again when they change, and how a
 * connection's end is told apart from its being cut.
 */
@NullMarked
package dev.streamgauge.proxy.tls;

import org.jspecify.annotations.NullMarked;
