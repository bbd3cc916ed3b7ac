package dev.streamgauge.cluster.webhook;

import dev.streamgauge.cluster.kube.TlsParts;
import dev.streamgauge.config.WebhookOptions;
import dev.streamgauge.config.WebhookSettings;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Certificates that somebody else makes, cert-manager for instance, and lays into files. */
final class CertificateFiles {
  /** Whoever makes them should have renewed them by then. */
  private static final Duration SOON = Duration.ofDays(7);

  private final ReloadedFiles<Loaded> files;
  private final CurrentIdentity identity;
  private final InstantSource clock;
  private final Consumer<String> log;

  /** What was said of the certificate's time, so that it is said once. */
  private String said = "";

  private record Loaded(ServingIdentity serving, @Nullable String trusted) {}

  CertificateFiles(
      WebhookSettings.Certificates.OfFiles named,
      CurrentIdentity identity,
      InstantSource clock,
      Consumer<String> log)
      throws UnusableInput {
    List<InputFile> inputs = new ArrayList<>();
    inputs.add(new InputFile(WebhookOptions.CERT, named.certificate()));
    InputFile key = new InputFile(WebhookOptions.KEY, named.key());
    inputs.add(key);
    if (named.authorities() != null) {
      inputs.add(new InputFile(WebhookOptions.AUTHORITIES, named.authorities()));
    }
    this.identity = identity;
    this.clock = clock;
    this.log = log;
    this.files = new ReloadedFiles<>(inputs, contents -> loaded(key, contents), log);
    identity.use(files.current().serving());
    sayTime();
  }

  private static Loaded loaded(InputFile key, List<byte[]> contents) throws UnusableInput {
    try {
      ServingIdentity serving = ServingIdentity.read(contents.getFirst(), contents.get(1));
      String trusted =
          contents.size() < 3 ? null : PemText.of(TlsParts.certificates(contents.get(2)));
      return new Loaded(serving, trusted);
    } catch (GeneralSecurityException e) {
      throw key.unusable("with what belongs to it: " + e.getMessage(), e);
    }
  }

  @Nullable String trusted() {
    return files.current().trusted();
  }

  void look() {
    if (files.look()) {
      identity.use(files.current().serving());
    }
    sayTime();
  }

  /** The API server trusts none whose time is over, and then no pod gets a sidecar. */
  private void sayTime() {
    Instant expiry = files.current().serving().expiry();
    Instant now = clock.instant();
    String what = "";
    if (now.isAfter(expiry)) {
      what = "webhook: the certificate expired at " + expiry + ": no pod gets a sidecar";
    } else if (now.plus(SOON).isAfter(expiry)) {
      what = "webhook: the certificate expires at " + expiry;
    }
    if (!what.equals(said)) {
      said = what;
      if (!what.isEmpty()) {
        log.accept(what);
      }
    }
  }
}
