package dev.streamgauge.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.RequestObserver;
import dev.streamgauge.cluster.kube.Resource;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CaBundleTest {
  private static final String PATH =
      "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/sg";
  private static final String CONFIGURATION =
      "{'metadata':{'name':'sg'},'webhooks':["
          + "{'name':'others','clientConfig':{'caBundle':'b2xk','service':{'name':'x','namespace':'own'}}},"
          + "{'name':'ours','clientConfig':{'service':{'name':'sg','namespace':'own'}}}]}";

  private FakeApiServer api;
  private KubeClient client;
  private CaBundle bundle;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApiServer();
    client = new KubeClient(api.endpoint(), RequestObserver.none());
    bundle =
        new CaBundle(client, Resource.MUTATING_WEBHOOKS.named(null, "sg"), "sg", "own", _ -> {});
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  @Test
  void onlyWebhooksOfOurServiceGetIt() throws Exception {
    bundle.told(api.put(PATH, CONFIGURATION));
    assertThat(bundle.is("trust")).isFalse();
    assertThat(api.at(PATH).at("/webhooks/1/clientConfig/caBundle").asText()).isEqualTo("dHJ1c3Q=");
    assertThat(api.at(PATH).at("/webhooks/0/clientConfig/caBundle").asText()).isEqualTo("b2xk");
    assertThat(bundle.is("trust")).isTrue();
    assertThat(api.requests()).hasSize(1);
  }

  @Test
  void whatSomebodyTookAwayIsPutBack() throws Exception {
    bundle.told(api.put(PATH, CONFIGURATION));
    bundle.is("trust");
    bundle.told(api.put(PATH, CONFIGURATION));
    assertThat(bundle.is("trust")).isFalse();
    assertThat(bundle.is("trust")).isTrue();
  }

  @Test
  void aConfigurationThatChangedMeanwhileIsLeftUntilItIsSeen() throws Exception {
    bundle.told(api.put(PATH, CONFIGURATION));
    api.put(PATH, CONFIGURATION);
    assertThat(bundle.is("trust")).isFalse();
    assertThat(api.at(PATH).at("/webhooks/1/clientConfig/caBundle").isMissingNode()).isTrue();
  }

  @Test
  void withoutAConfigurationThereIsNothingToDo() throws Exception {
    bundle.told(null);
    assertThat(bundle.is("trust")).isFalse();
    assertThat(bundle.ours()).isNull();
    assertThat(api.requests()).isEmpty();
  }
}
