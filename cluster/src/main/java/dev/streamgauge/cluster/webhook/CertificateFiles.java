package dev.streamgauge.cluster.webhook;

import dev.streamgauge.cluster.kube.TlsParts;
import dev.streamgauge.config.WebhookOptions;
import dev.streamgauge.config.WebhookSettings;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Certificates that somebody else makes, cert-manager for instance, and lays into files. */
final class CertificateFiles {
  private final ReloadedFiles<Loaded> files;
  private final CurrentIdentity identity;

  private record Loaded(ServingIdentity serving, @Nullable String trusted) {}

  CertificateFiles(
      WebhookSettings.Certificates.OfFiles named, CurrentIdentity identity, Consumer<String> log)
      throws UnusableInput {
    List<InputFile> inputs = new ArrayList<>();
    inputs.add(new InputFile(WebhookOptions.CERT, named.certificate()));
    InputFile key = new InputFile(WebhookOptions.KEY, named.key());
    inputs.add(key);
    if (named.authorities() != null) {
      inputs.add(new InputFile(WebhookOptions.AUTHORITIES, named.authorities()));
    }
    this.identity = identity;
    this.files = new ReloadedFiles<>(inputs, contents -> loaded(key, contents), log);
    identity.use(files.current().serving());
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
  }
}
