package dev.streamgauge.cluster.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReviewTest {
  private static final String GOOD =
      "{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':{'uid':'u-1',"
          + "'resource':{'group':'','version':'v1','resource':'pods'},'operation':'CREATE',"
          + "'namespace':'models','dryRun':true,'object':{'kind':'Pod'}}}";

  @Test
  void aPodToBeCreatedIsAskedAbout() {
    assertThat(read(GOOD))
        .isInstanceOfSatisfying(
            Review.Asked.class,
            asked -> {
              assertThat(asked.request().uid()).isEqualTo("u-1");
              assertThat(asked.request().namespace()).isEqualTo("models");
              assertThat(asked.request().dryRun()).isTrue();
              assertThat(asked.request().pod().path("kind").asText()).isEqualTo("Pod");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "7",
        "{",
        "{}",
        "{'kind':'AdmissionReview'}",
        "{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview'}",
        "{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':null}",
        "{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':{'uid':7}}",
        "{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':{'uid':''}}",
        "{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview','request':{'uid':'a'}}{}",
      })
  void whatHasNoUidCanNotBeAnswered(String body) {
    assertThat(read(body)).isInstanceOf(Review.Unreadable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'operation':'UPDATE'",
        "'operation':null",
        "'operation':{'a':1}",
        "'subResource':'ephemeralcontainers'",
        "'object':null",
        "'object':'a pod'",
        "'namespace':7",
        "'resource':'pods'",
        "'resource':{'group':'apps','resource':'pods'}"
      })
  void whatIsNoNewPodPasses(String instead) {
    String name = instead.substring(0, instead.indexOf(':'));
    String request = GOOD.replaceAll(name + ":('[^']*'|\\{[^}]*}|true)", "'was':0");
    assertThat(read(request.replace("'uid'", instead + ",'uid'")))
        .isInstanceOf(Review.NotAPod.class);
  }

  @Test
  void whatIsDeeperThanAnyPodIsNotRead() {
    String deep = "[".repeat(100_000);
    assertThat(read(GOOD.replace("{'kind':'Pod'}", deep))).isInstanceOf(Review.Unreadable.class);
  }

  private static Review read(String text) {
    return Review.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
