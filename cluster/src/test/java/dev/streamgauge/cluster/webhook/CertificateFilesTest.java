package dev.streamgauge.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.config.WebhookSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFilesTest {
  @TempDir Path folder;

  private final CurrentIdentity identity = new CurrentIdentity();
  private final List<String> log = new ArrayList<>();
  private Instant now = Instant.EPOCH;

  @BeforeEach
  void write() throws IOException {
    Authority authority = TestKeytool.KEYTOOL.authority("test", 2);
    write(TestKeytool.KEYTOOL.serving(authority, List.of("sg.own.svc"), 1));
    Files.writeString(folder.resolve("ca.crt"), PemText.of(List.of(authority.certificate())));
  }

  @Test
  void theirCertificateIsShownAndTheirAuthorityIsTrusted() throws Exception {
    CertificateFiles files = files();
    assertThat(identity.current()).isNotNull();
    assertThat(files.trusted()).startsWith("-----BEGIN CERTIFICATE-----");
  }

  @Test
  void aChangedCertificateIsTakenUp() throws Exception {
    CertificateFiles files = files();
    ServingIdentity before = identity.current();
    files.look();
    assertThat(identity.current()).isSameAs(before);
    Authority other = TestKeytool.KEYTOOL.authority("other", 2);
    write(TestKeytool.KEYTOOL.serving(other, List.of("sg.own.svc"), 1));
    files.look();
    assertThat(identity.current()).isNotEqualTo(before);
  }

  @Test
  void whatCannotBeUsedIsToldOnceAndTheOldOneStays() throws Exception {
    CertificateFiles files = files();
    ServingIdentity before = identity.current();
    Files.writeString(folder.resolve("tls.key"), "no key");
    files.look();
    files.look();
    assertThat(identity.current()).isSameAs(before);
    assertThat(log).hasSize(1);
  }

  @Test
  void atTheStartItIsRefusedByItsOption() throws Exception {
    Files.delete(folder.resolve("tls.key"));
    assertThatThrownBy(this::files)
        .isInstanceOfSatisfying(
            UnusableInput.class,
            fault -> {
              assertThat(fault.option().name()).isEqualTo("webhook-key");
              assertThat(fault.why()).isEqualTo("there is no such file");
            });
  }

  @Test
  void thatItsTimeIsNearlyOverAndThenOverIsSaidOnceEach() throws Exception {
    CertificateFiles files = files();
    files.look();
    assertThat(log).isEmpty();
    Instant expiry = Objects.requireNonNull(identity.current()).expiry();
    now = expiry.minus(Duration.ofDays(1));
    files.look();
    files.look();
    now = expiry.plusSeconds(1);
    files.look();
    files.look();
    assertThat(log)
        .containsExactly(
            "webhook: the certificate expires at " + expiry,
            "webhook: the certificate expired at " + expiry + ": no pod gets a sidecar");
  }

  private CertificateFiles files() throws UnusableInput {
    return new CertificateFiles(
        new WebhookSettings.Certificates.OfFiles(
            folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt")),
        identity,
        () -> now,
        log::add);
  }

  private void write(ServingIdentity serving) throws IOException {
    Files.writeString(folder.resolve("tls.crt"), PemText.of(serving.chain()));
    Files.writeString(folder.resolve("tls.key"), PemText.of(serving.key()));
  }
}
