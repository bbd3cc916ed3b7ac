package dev.streamgauge.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.ProxySettings.PodFacts;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  private static final PodFacts POD = new PodFacts("chat-0", "models", "node-1");

  @Test
  void aPodIsKnownByItsDownwardApi() {
    Resource resource = of(POD, null, Map.of());
    assertThat(text(resource, "service.name")).isEqualTo("streamgauge");
    assertThat(text(resource, "service.version")).isEqualTo("1.2");
    assertThat(text(resource, "service.instance.id")).isEqualTo("models.chat-0");
    assertThat(text(resource, "k8s.pod.name")).isEqualTo("chat-0");
    assertThat(text(resource, "k8s.namespace.name")).isEqualTo("models");
    assertThat(text(resource, "k8s.node.name")).isEqualTo("node-1");
  }

  @Test
  void theStandardVariablesWinAndTheServicesNameOverAll() {
    Map<String, String> given =
        Map.of("service.name", "a", "k8s.node.name", "b", "k8s.pod.uid", "c");
    Resource resource = of(POD, "d", given);
    assertThat(text(resource, "service.name")).isEqualTo("d");
    assertThat(text(resource, "k8s.node.name")).isEqualTo("b");
    assertThat(text(resource, "k8s.pod.uid")).isEqualTo("c");
  }

  @Test
  void outsideOfAPodEachProcessIsAnInstance() {
    PodFacts nowhere = new PodFacts(null, null, null);
    Resource first = of(nowhere, null, Map.of());
    assertThat(text(first, "k8s.pod.name")).isNull();
    assertThat(text(first, "service.instance.id"))
        .isNotBlank()
        .isNotEqualTo(text(of(nowhere, null, Map.of()), "service.instance.id"));
  }

  private static Resource of(PodFacts pod, @Nullable String service, Map<String, String> given) {
    return Resources.of(OtlpSettingsOf.resource(Map.of(), service, given), pod, "1.2");
  }

  private static @Nullable String text(Resource resource, String name) {
    return resource.getAttribute(AttributeKey.stringKey(name));
  }
}
