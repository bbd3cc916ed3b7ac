package dev.streamgauge.cluster.webhook;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the Secret of self-managed certificates holds.
 *
 * @param authority who signs now
 * @param trusted what the API server is to trust: the authority first, and those before it whose
 *     certificates may still be shown
 * @param serving what the webhook shows
 * @param turn the value of the annotation that asked for the last turn of the authority; null for
 *     none
 */
record Certificates(
    Authority authority,
    List<X509Certificate> trusted,
    ServingIdentity serving,
    @Nullable String turn) {

  /** Who signed what is shown; null where it is none that is trusted. */
  @Nullable X509Certificate signer() {
    for (X509Certificate each : trusted) {
      if (Authority.signed(each, serving.certificate())) {
        return each;
      }
    }
    return null;
  }
}
