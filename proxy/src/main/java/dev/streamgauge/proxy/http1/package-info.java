/**
 * HTTP/1.1 by index: heads, the framing of bodies, and the rules of RFC 9112 as a proxy must keep
 * them.
 */
@NullMarked
package dev.streamgauge.proxy.http1;

import org.jspecify.annotations.NullMarked;
