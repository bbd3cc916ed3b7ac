package dev.streamgauge.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.ObjectRef;
import dev.streamgauge.cluster.kube.RequestObserver;
import dev.streamgauge.cluster.kube.Resource;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CertificateKeeperTest {
  private static final String PATH = "/api/v1/namespaces/own/secrets/webhook";
  private static final Duration SPREADING = Duration.ofMinutes(10);
  private static final String EMPTY = "{'kind':'Secret','metadata':{'name':'webhook'}}";

  private final CurrentIdentity identity = new CurrentIdentity();
  private final List<String> log = new ArrayList<>();

  /** Real time, and what was waited for in between. */
  private Duration waited = Duration.ZERO;

  private FakeApiServer api;
  private KubeClient client;
  private CertificateKeeper keeper;

  @BeforeEach
  void start() throws IOException {
    api = new FakeApiServer();
    client = new KubeClient(api.endpoint(), RequestObserver.none());
    keeper = keeper();
  }

  @AfterEach
  void stop() {
    client.close();
    api.close();
  }

  private CertificateKeeper keeper() {
    ObjectRef secret = Resource.SECRETS.named("own", "webhook");
    RotationPlan plan = new RotationPlan(30, 3, SPREADING, List.of("sg.own.svc"));
    return new CertificateKeeper(
        client,
        secret,
        plan,
        TestKeytool.KEYTOOL,
        identity,
        () -> Instant.now().plus(waited),
        log::add);
  }

  @Test
  void anEmptySecretIsFilledAndShown() throws Exception {
    keeper.told(api.put(PATH, EMPTY));
    assertThat(keeper.trusted()).isNull();
    assertThat(keeper.step()).isTrue();
    assertThat(keeper.trusted()).startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(shown().signer()).isNotNull();
    assertThat(identity.current()).isNotNull();
    assertThat(keeper.step()).isFalse();
  }

  @Test
  void withoutASecretNothingIsMade() throws Exception {
    keeper.told(null);
    assertThat(keeper.step()).isFalse();
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void anotherReplicaShowsTheSameCertificate() throws Exception {
    keeper.told(api.put(PATH, EMPTY));
    keeper.step();
    CurrentIdentity others = new CurrentIdentity();
    Certificates read = Objects.requireNonNull(CertificateSecret.read(api.at(PATH)));
    others.use(read.serving());
    assertThat(others.current()).isEqualTo(identity.current());
  }

  /**
   * At each step what is shown is trusted by what was trusted before and by what is trusted after.
   */
  @Test
  void aTurnOfTheAuthorityNeverShowsWhatIsNotTrusted() throws Exception {
    keeper.told(api.put(PATH, EMPTY));
    keeper.step();
    X509Certificate first = shown().authority().certificate();
    keeper.told(annotated());
    List<List<X509Certificate>> bundles = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Certificates before = shown();
      keeper.step();
      Certificates after = shown();
      assertThat(List.of(before, after))
          .allSatisfy(
              each -> {
                assertThat(signed(before.trusted(), each)).isTrue();
                assertThat(signed(after.trusted(), each)).isTrue();
              });
      bundles.add(after.trusted());
      waited = waited.plus(SPREADING.dividedBy(2));
    }
    assertThat(bundles).anySatisfy(bundle -> assertThat(bundle).hasSize(2).contains(first));
    assertThat(bundles.getLast()).hasSize(1).doesNotContain(first);
    assertThat(log).hasSize(4);
  }

  @Test
  void anEmptiedSecretIsWrittenAnewFromMemory() throws Exception {
    keeper.told(api.put(PATH, EMPTY));
    keeper.step();
    String trusted = keeper.trusted();
    keeper.told(api.put(PATH, EMPTY));
    assertThat(keeper.trusted()).isNull();
    assertThat(keeper.step()).isTrue();
    assertThat(keeper.trusted()).isEqualTo(trusted);
  }

  @Test
  void whatCannotBeReadIsMadeAnew() throws Exception {
    keeper.told(api.put(PATH, "{'metadata':{},'data':{'ca.crt':'AAAA','tls.crt':'?'}}"));
    assertThat(keeper.step()).isTrue();
    assertThat(keeper.trusted()).isNotNull();
  }

  @Test
  void whoComesLateWritesNothing() throws Exception {
    keeper.told(api.put(PATH, EMPTY));
    ObjectNode newer = api.put(PATH, EMPTY);
    keeper.step();
    assertThat(api.at(PATH)).isEqualTo(newer);
  }

  private ObjectNode annotated() {
    ObjectNode secret = api.at(PATH);
    secret.withObject("/metadata/annotations").put(CertificateSecret.ASKED, "now");
    return secret;
  }

  private Certificates shown() throws UnreadableSecret {
    return Objects.requireNonNull(CertificateSecret.read(api.at(PATH)));
  }

  private static boolean signed(List<X509Certificate> authorities, Certificates shown) {
    return authorities.stream()
        .anyMatch(each -> Authority.signed(each, shown.serving().certificate()));
  }
}
