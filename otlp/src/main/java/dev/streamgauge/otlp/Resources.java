package dev.streamgauge.otlp;

import dev.streamgauge.config.OtlpSettings;
import dev.streamgauge.config.ProxySettings.PodFacts;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.resources.Resource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who sends: the pod by the downward API, the rest by the standard variables, which win. {@code
 * service.instance.id} is the pod's name with its namespace, or else made for this process.
 */
final class Resources {
  private Resources() {}

  static Resource of(OtlpSettings settings, PodFacts pod, String version) {
    AttributesBuilder ours = Resource.getDefault().getAttributes().toBuilder();
    ours.put("service.name", "streamgauge");
    ours.put("service.version", version);
    String name = pod.pod();
    String namespace = pod.namespace();
    ours.put(
        "service.instance.id",
        name == null
            ? UUID.randomUUID().toString()
            : namespace == null ? name : namespace + "." + name);
    put(ours, "k8s.pod.name", name);
    put(ours, "k8s.namespace.name", namespace);
    put(ours, "k8s.node.name", pod.node());
    settings.resource().forEach(ours::put);
    put(ours, "service.name", settings.serviceName());
    return Resource.create(ours.build());
  }

  private static void put(AttributesBuilder to, String name, @Nullable String value) {
    if (value != null) {
      to.put(name, value);
    }
  }
}
