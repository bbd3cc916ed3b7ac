/** Manifests as people keep them: YAML and JSON, read as trees and changed in their own text. */
@NullMarked
package dev.streamgauge.cluster.manifest;

import org.jspecify.annotations.NullMarked;
