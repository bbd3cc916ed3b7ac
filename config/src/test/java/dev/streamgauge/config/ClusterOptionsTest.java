package dev.streamgauge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.ClusterSettings.ApiServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterOptionsTest {
  private static final Map<String, String> IN_A_POD =
      Map.of("KUBERNETES_SERVICE_HOST", "10.0.0.1", "KUBERNETES_SERVICE_PORT", "443");

  @Test
  void theApiServerIsTheOneOfTheOptionThenOfTheVariableThenOfThePod() {
    assertThat(settings(IN_A_POD).apiServer())
        .isEqualTo(new ApiServer.InCluster("10.0.0.1", "443"));
    Map<String, String> both =
        Map.of(
            "KUBERNETES_SERVICE_HOST", "10.0.0.1",
            "KUBERNETES_SERVICE_PORT", "443",
            "KUBECONFIG", "/a:/b");
    assertThat(settings(both).apiServer()).isEqualTo(new ApiServer.Kubeconfig(Path.of("/a")));
    assertThat(settings(both, "--kubeconfig=/c").apiServer())
        .isEqualTo(new ApiServer.Kubeconfig(Path.of("/c")));
  }

  @Test
  void withoutAnApiServerTheStartEndsAndNamesTheOption() {
    Reading reading = ClusterOptions.read(List.of(), new Environment(Map.of(), 1));
    assertThat(reading.problems()).hasSize(1);
    assertThat(reading.problems().getFirst().line())
        .startsWith("--kubeconfig: not set anywhere, and this is no pod");
    assertThat(ClusterOptions.read(List.of("--help"), new Environment(Map.of(), 1)).problems())
        .isEmpty();
  }

  @Test
  void defaultsAreToLeadByALeaseAndToWatchEverything() {
    ClusterSettings settings = settings(IN_A_POD);
    assertThat(settings.leaderElection()).isTrue();
    assertThat(settings.watchNamespace()).isNull();
    assertThat(settings.podSelector()).isNull();
    assertThat(settings.admin().port()).isEqualTo(9464);
  }

  private static ClusterSettings settings(Map<String, String> variables, String... args) {
    Reading reading = ClusterOptions.read(List.of(args), new Environment(variables, 1));
    assertThat(reading.problems()).isEmpty();
    return ClusterOptions.settings(reading);
  }
}
