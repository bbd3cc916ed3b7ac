package dev.streamgauge.cluster.kube;

import org.jspecify.annotations.Nullable;

/**
 * One object by its name.
 *
 * @param namespace null where the kind has none
 */
public record ObjectRef(Resource resource, @Nullable String namespace, String name) {
  String path() {
    return resource.path(namespace) + "/" + Resource.escaped(name);
  }
}
