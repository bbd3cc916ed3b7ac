/** The sidecar put into a pod: a pod and a policy in, a pod and the reasons out. */
@NullMarked
package dev.streamgauge.cluster.inject;

import org.jspecify.annotations.NullMarked;
