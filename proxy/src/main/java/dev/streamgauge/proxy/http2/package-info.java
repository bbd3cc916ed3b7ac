/**
 * HTTP/2 as far as it needs no connection: heads between the two protocols, and what is counted.
 */
@NullMarked
package dev.streamgauge.proxy.http2;

import org.jspecify.annotations.NullMarked;
