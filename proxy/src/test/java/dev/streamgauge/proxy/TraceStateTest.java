package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W3C Trace Context, section 3.3. */
final class TraceStateTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a=b",
        "a=b,c=d",
        "a=b , c=d",
        "a=b,,c=d",
        "tenant@system=x",
        "0tenant@system=x",
        "a-b_c*d/e=x y",
        "a=!\"#~",
        "a=b;c",
      })
  void whatTheRecommendationAllowsIsKept(String state) {
    assertThat(TraceState.wellFormed(state)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "a",
        "=b",
        "a=",
        "A=b",
        "a=b=c",
        "@a=b",
        "a@=b",
        "a@b@c=d",
        "a b=c",
        "a=\u00e9",
        "a=b\u0001c",
        "-a=b",
      })
  void whatItDoesNotAllowIsNone(String state) {
    assertThat(TraceState.wellFormed(state)).isFalse();
  }

  @Test
  void thirtyTwoMembersAreKeptAndMoreAreNone() {
    assertThat(TraceState.wellFormed(members(32))).isTrue();
    assertThat(TraceState.wellFormed(members(33))).isFalse();
  }

  private static String members(int count) {
    return IntStream.range(0, count).mapToObj(i -> "a" + i + "=b").collect(Collectors.joining(","));
  }
}
