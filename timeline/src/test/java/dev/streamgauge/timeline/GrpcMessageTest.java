package dev.streamgauge.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcMessageTest {
  @ParameterizedTest
  @CsvSource({
    ", ",
    "'', ",
    "no such model, no such model",
    "caf%C3%A9, café",
    "100%25, 100%",
    "100%, 100%",
    "50%zz off%4, 50%zz off%4",
    "a%0Ab%00c, a b c",
    "%ff, \uFFFD",
  })
  void aMessageIsDecodedAndHasNoControlCharacters(@Nullable String field, @Nullable String text) {
    assertThat(GrpcMessage.decoded(field)).isEqualTo(text);
  }

  @Test
  void aMessageIsCutTo256CharactersAndNotInsideOne() {
    assertThat(GrpcMessage.decoded("x".repeat(100_000))).hasSize(256);
    assertThat(GrpcMessage.decoded("%C3%A9".repeat(1000))).isEqualTo("é".repeat(256));
    String cut = GrpcMessage.decoded("x" + "%F0%9F%98%80".repeat(1000));
    assertThat(cut).isEqualTo("x" + "\uD83D\uDE00".repeat(127));
  }

  @ParameterizedTest
  @CsvSource({"plain text, plain text", "100% café, 100%25 caf%C3%A9", "'a\nb', a%0Ab", "~, ~"})
  void whatIsEncodedIsReadAsItWas(String text, String field) {
    assertThat(GrpcMessage.encoded(text)).isEqualTo(field);
  }
}
