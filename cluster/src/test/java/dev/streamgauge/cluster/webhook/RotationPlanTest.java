package dev.streamgauge.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.cluster.webhook.RotationPlan.Step;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RotationPlanTest {
  private static final int AUTHORITY_DAYS = 30;
  private static final int SERVING_DAYS = 3;
  private static final Duration SPREADING = Duration.ofMinutes(10);
  private static final List<String> NAMES = List.of("sg.own.svc");
  private static final RotationPlan PLAN =
      new RotationPlan(AUTHORITY_DAYS, SERVING_DAYS, SPREADING, NAMES);

  private static @Nullable Authority first;
  private static @Nullable Authority second;
  private static @Nullable ServingIdentity ofFirst;
  private static @Nullable ServingIdentity ofSecond;

  @BeforeAll
  static void certificates() throws IOException {
    first = TestKeytool.KEYTOOL.authority("first", AUTHORITY_DAYS);
    second = TestKeytool.KEYTOOL.authority("second", AUTHORITY_DAYS);
    ofFirst = TestKeytool.KEYTOOL.serving(first, NAMES, SERVING_DAYS);
    ofSecond = TestKeytool.KEYTOOL.serving(second, NAMES, SERVING_DAYS);
  }

  @Test
  void nothingIsTheBeginning() {
    assertThat(PLAN.next(null, null, now())).isEqualTo(Step.BEGIN);
  }

  @Test
  void aGoodCertificateOfTheOneAuthorityStays() {
    assertThat(PLAN.next(alone(), null, now())).isEqualTo(Step.NOTHING);
  }

  @Test
  void aCertificateIsRenewedPastTwoThirdsOfItsTime() {
    assertThat(PLAN.next(alone(), null, now().plus(Duration.ofHours(46)))).isEqualTo(Step.NOTHING);
    assertThat(PLAN.next(alone(), null, now().plus(Duration.ofHours(49))))
        .isEqualTo(Step.RENEW_SERVING);
  }

  @Test
  void aCertificateThatLacksANameIsRenewed() {
    RotationPlan other =
        new RotationPlan(AUTHORITY_DAYS, SERVING_DAYS, SPREADING, List.of("other.own.svc"));
    assertThat(other.next(alone(), null, now())).isEqualTo(Step.RENEW_SERVING);
  }

  @Test
  void anAuthorityIsTurnedPastTwoThirdsOfItsTime() {
    assertThat(PLAN.next(alone(), null, now().plus(Duration.ofDays(21))))
        .isEqualTo(Step.ADD_AUTHORITY);
  }

  @Test
  void anAuthorityIsTurnedOnceWhenAsked() {
    assertThat(PLAN.next(alone(), "please", now())).isEqualTo(Step.ADD_AUTHORITY);
    Certificates turned =
        new Certificates(first(), List.of(first().certificate()), ofFirst(), "please");
    assertThat(PLAN.next(turned, "please", now())).isEqualTo(Step.NOTHING);
    assertThat(PLAN.next(turned, "again", now())).isEqualTo(Step.ADD_AUTHORITY);
  }

  @Test
  void aNewAuthoritySignsOnlyOnceItsTrustHasSpread() {
    Certificates added = of(second(), both(), ofFirst());
    assertThat(PLAN.next(added, "asked", now())).isEqualTo(Step.NOTHING);
    assertThat(PLAN.next(added, "asked", later())).isEqualTo(Step.RENEW_SERVING);
  }

  @Test
  void theOldAuthorityGoesOnlyOnceItsCertificatesAreShownNoMore() {
    Certificates renewed = of(second(), both(), ofSecond());
    assertThat(PLAN.next(renewed, "asked", now())).isEqualTo(Step.NOTHING);
    assertThat(PLAN.next(renewed, "asked", later())).isEqualTo(Step.DROP_OLD_AUTHORITIES);
  }

  @Test
  void whatNobodyTrustsIsReplacedAtOnce() {
    Certificates foreign = of(second(), List.of(second().certificate()), ofFirst());
    assertThat(PLAN.next(foreign, null, now())).isEqualTo(Step.RENEW_SERVING);
  }

  @Test
  void withAnExpiredAuthorityEverythingBeginsAnew() {
    assertThat(PLAN.next(alone(), null, now().plus(Duration.ofDays(31)))).isEqualTo(Step.BEGIN);
  }

  private static Instant now() {
    return Authority.madeAt(ofSecond().certificate());
  }

  private static Instant later() {
    return now().plus(SPREADING);
  }

  private static List<X509Certificate> both() {
    return List.of(second().certificate(), first().certificate());
  }

  private static Certificates alone() {
    return of(first(), List.of(first().certificate()), ofFirst());
  }

  private static Certificates of(
      Authority authority, List<X509Certificate> trusted, ServingIdentity serving) {
    return new Certificates(authority, trusted, serving, null);
  }

  private static Authority first() {
    return Objects.requireNonNull(first);
  }

  private static Authority second() {
    return Objects.requireNonNull(second);
  }

  private static ServingIdentity ofFirst() {
    return Objects.requireNonNull(ofFirst);
  }

  private static ServingIdentity ofSecond() {
    return Objects.requireNonNull(ofSecond);
  }
}
