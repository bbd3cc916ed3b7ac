/** How the SDK's exporters speak gRPC: by the HTTP/2 that the proxy has anyway. */
@NullMarked
package dev.streamgauge.otlp.grpc;

import org.jspecify.annotations.NullMarked;
