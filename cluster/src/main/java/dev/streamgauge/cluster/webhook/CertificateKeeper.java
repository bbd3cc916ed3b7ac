package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.Answer;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.ObjectRef;
import dev.streamgauge.cluster.kube.PatchType;
import dev.streamgauge.cluster.kube.StatusReason;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Certificates of our own, kept in a Secret. Each replica shows what the Secret holds, as a watch
 * tells it; the leader alone takes the steps of the {@link RotationPlan}. A Secret that was emptied
 * is written anew from memory, so that nobody has to trust anything new.
 */
final class CertificateKeeper {
  private final KubeClient client;
  private final ObjectRef secret;
  private final RotationPlan plan;
  private final Keytool keytool;
  private final CurrentIdentity identity;
  private final InstantSource clock;
  private final Consumer<String> log;
  private volatile Seen seen = new Seen(null, null, null);
  private volatile @Nullable Certificates lastGood;

  /**
   * What the watch told last.
   *
   * @param certificates null where the Secret holds none that can be used
   * @param asked the annotation that asks for a turn
   * @param version the resource version; null while there is no Secret
   */
  private record Seen(
      @Nullable Certificates certificates, @Nullable String asked, @Nullable String version) {}

  CertificateKeeper(
      KubeClient client,
      ObjectRef secret,
      RotationPlan plan,
      Keytool keytool,
      CurrentIdentity identity,
      InstantSource clock,
      Consumer<String> log) {
    this.client = client;
    this.secret = secret;
    this.plan = plan;
    this.keytool = keytool;
    this.identity = identity;
    this.clock = clock;
    this.log = log;
  }

  /** The state of the Secret, from its watch; null where it is gone. */
  void told(@Nullable ObjectNode object) {
    if (object == null) {
      seen = new Seen(null, null, null);
      return;
    }
    String version = object.path("metadata").path("resourceVersion").asText();
    Certificates read = read(object);
    seen = new Seen(read, CertificateSecret.asked(object), version);
    if (read != null) {
      lastGood = read;
      identity.use(read.serving());
    }
  }

  private @Nullable Certificates read(ObjectNode object) {
    try {
      return CertificateSecret.read(object);
    } catch (UnreadableSecret e) {
      log.accept("webhook: Secret " + secret.name() + ": " + e.getMessage() + "; made anew");
      return null;
    }
  }

  /** What the API server is to trust; null while that is not known. */
  @Nullable String trusted() {
    Certificates certificates = seen.certificates();
    return certificates == null ? null : PemText.of(certificates.trusted());
  }

  /** The next step, if one is due; of the leader alone, on one thread. Returns whether one was. */
  boolean step() throws IOException {
    Seen now = seen;
    if (now.version() == null) {
      return false; // the chart makes the Secret: without it there is nowhere to write
    }
    Certificates held = now.certificates();
    Certificates memory = lastGood;
    if (held == null && memory != null) {
      write(memory, now.version(), "written anew from memory");
      return true;
    }
    RotationPlan.Step step = plan.next(held, now.asked(), clock.instant());
    if (step == RotationPlan.Step.NOTHING) {
      return false;
    }
    write(after(step, held, now.asked()), now.version(), said(step));
    return true;
  }

  private Certificates after(
      RotationPlan.Step step, @Nullable Certificates held, @Nullable String asked)
      throws IOException {
    if (held == null || step == RotationPlan.Step.BEGIN) {
      Authority authority = authority();
      return new Certificates(
          authority, List.of(authority.certificate()), serving(authority), asked);
    }
    return switch (step) {
      case NOTHING, BEGIN -> held;
      case ADD_AUTHORITY -> {
        Authority authority = authority();
        List<X509Certificate> trusted = new ArrayList<>();
        trusted.add(authority.certificate());
        trusted.addAll(held.trusted());
        yield new Certificates(authority, List.copyOf(trusted), held.serving(), asked);
      }
      case RENEW_SERVING ->
          new Certificates(
              held.authority(), held.trusted(), serving(held.authority()), held.turn());
      case DROP_OLD_AUTHORITIES ->
          new Certificates(
              held.authority(),
              List.of(held.authority().certificate()),
              held.serving(),
              held.turn());
    };
  }

  private Authority authority() throws IOException {
    // a name of its own: two of one name are told apart by their keys alone
    String name = "streamgauge webhook " + clock.instant().truncatedTo(ChronoUnit.SECONDS);
    return keytool.authority(name, plan.authorityDays());
  }

  private ServingIdentity serving(Authority authority) throws IOException {
    return keytool.serving(authority, plan.names(), plan.servingDays());
  }

  private static String said(RotationPlan.Step step) {
    return switch (step) {
      case NOTHING -> "nothing to do";
      case BEGIN -> "an authority and a certificate were made";
      case ADD_AUTHORITY -> "a new authority is trusted, and will sign once that has spread";
      case RENEW_SERVING -> "a new certificate is shown";
      case DROP_OLD_AUTHORITIES -> "the old authority is no longer trusted";
    };
  }

  private void write(Certificates certificates, String version, String what) throws IOException {
    ObjectNode patch = CertificateSecret.patch(certificates, version);
    switch (client.patch(secret, PatchType.MERGE, patch)) {
      case Answer.Done(ObjectNode object) -> {
        told(object);
        log.accept("webhook: Secret " + secret.name() + ": " + what);
      }
      case Answer.Failure failure when failure.is(StatusReason.CONFLICT) -> {
        // somebody else wrote it; the watch tells what
      }
      case Answer.Failure failure ->
          throw new IOException("Secret " + secret.name() + ": " + failure.text());
    }
  }
}
