package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.TlsParts;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Secret in which certificates of our own lie, between two forms: {@code ca.crt} all that is
 * trusted, the signing one first, {@code ca.key} its key, {@code tls.crt} and {@code tls.key} what
 * the webhook shows.
 */
final class CertificateSecret {
  /** Set it to another value, and the authority is turned. */
  static final String ASKED = "streamgauge.dev/rotate";

  /** The value that was answered last. */
  private static final String TURNED = "streamgauge.dev/rotated";

  private static final String AUTHORITIES = "ca.crt";
  private static final String AUTHORITY_KEY = "ca.key";
  private static final String SERVING = "tls.crt";
  private static final String SERVING_KEY = "tls.key";

  private CertificateSecret() {}

  /** Null where it is empty, as the chart makes it. */
  static @Nullable Certificates read(ObjectNode secret) throws UnreadableSecret {
    JsonNode data = secret.path("data");
    if (!data.hasNonNull(AUTHORITIES) || !data.hasNonNull(SERVING)) {
      return null;
    }
    try {
      byte[] authorities = bytes(data, AUTHORITIES);
      List<X509Certificate> trusted = TlsParts.certificates(authorities);
      PrivateKey key = TlsParts.key(bytes(data, AUTHORITY_KEY), "EC");
      return new Certificates(
          new Authority(key, trusted.getFirst()),
          trusted,
          ServingIdentity.read(bytes(data, SERVING), bytes(data, SERVING_KEY)),
          annotation(secret, TURNED));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UnreadableSecret("it cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(JsonNode data, String key) {
    return Base64.getDecoder().decode(data.path(key).asText());
  }

  /** What asks for a turn of the authority; null for nothing. */
  static @Nullable String asked(ObjectNode secret) {
    return annotation(secret, ASKED);
  }

  private static @Nullable String annotation(ObjectNode secret, String name) {
    JsonNode value = secret.path("metadata").path("annotations").path(name);
    return value.isTextual() ? value.textValue() : null;
  }

  /**
   * A merge patch that writes it, if the Secret is still the one that was read.
   *
   * @param version the resource version that was read
   */
  static ObjectNode patch(Certificates certificates, String version) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("resourceVersion", version);
    metadata.putObject("annotations").put(TURNED, certificates.turn());
    ObjectNode data = patch.putObject("data");
    data.put(AUTHORITIES, base64(PemText.of(certificates.trusted())));
    data.put(AUTHORITY_KEY, base64(PemText.of(certificates.authority().key())));
    data.put(SERVING, base64(PemText.of(certificates.serving().chain())));
    data.put(SERVING_KEY, base64(PemText.of(certificates.serving().key())));
    return patch;
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }
}
