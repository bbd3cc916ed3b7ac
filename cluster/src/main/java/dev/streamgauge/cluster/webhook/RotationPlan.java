package dev.streamgauge.cluster.webhook;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What has to be done to the webhook's certificates, one step at a time, so that at no moment an
 * API server meets one that it does not trust: a new authority is trusted first, signs only once
 * that has spread, and the old one goes only once nobody can show its certificates any more.
 *
 * @param authorityDays how long an authority is valid
 * @param servingDays how long a certificate is valid
 * @param spreading how long a change takes to reach all API servers and all replicas, at most
 * @param names what the webhook's certificate bears
 */
record RotationPlan(int authorityDays, int servingDays, Duration spreading, List<String> names) {

  /** A step. */
  enum Step {
    NOTHING,
    /** There is nothing that could be used. */
    BEGIN,
    /** Make a new authority, and have it trusted beside the others; it signs nothing yet. */
    ADD_AUTHORITY,
    /** Have the newest authority sign a certificate, and show it. */
    RENEW_SERVING,
    /** Trust the newest authority alone. */
    DROP_OLD_AUTHORITIES
  }

  /**
   * The next one.
   *
   * @param held null where the Secret holds nothing that can be used
   * @param asked the annotation that asks for a turn of the authority; null for none
   */
  Step next(@Nullable Certificates held, @Nullable String asked, Instant now) {
    if (held == null || expired(held.authority().certificate(), now)) {
      return Step.BEGIN;
    }
    X509Certificate authority = held.authority().certificate();
    X509Certificate serving = held.serving().certificate();
    boolean signsAlready = Authority.signed(authority, serving);
    boolean alone = held.trusted().size() == 1;
    if (signsAlready && !alone) {
      return spread(serving, now) ? Step.DROP_OLD_AUTHORITIES : Step.NOTHING;
    }
    if (!signsAlready) {
      boolean shownIsOfUse = held.signer() != null && !expired(serving, now);
      return spread(authority, now) || !shownIsOfUse ? Step.RENEW_SERVING : Step.NOTHING;
    }
    if (old(authority, now) || (asked != null && !Objects.equals(asked, held.turn()))) {
      return Step.ADD_AUTHORITY;
    }
    return old(serving, now) || !bears(serving) ? Step.RENEW_SERVING : Step.NOTHING;
  }

  private boolean spread(X509Certificate made, Instant now) {
    return !now.isBefore(Authority.madeAt(made).plus(spreading));
  }

  private static boolean expired(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotAfter().toInstant());
  }

  /** Past two thirds of its time: a third is left to those who have to notice that it fails. */
  private static boolean old(X509Certificate certificate, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Duration valid = Duration.between(from, certificate.getNotAfter().toInstant());
    return !now.isBefore(from.plus(valid.multipliedBy(2).dividedBy(3)));
  }

  private boolean bears(X509Certificate certificate) {
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      return alternatives != null
          && alternatives.stream().map(name -> name.get(1)).toList().containsAll(names);
    } catch (CertificateParsingException e) {
      return false;
    }
  }
}
