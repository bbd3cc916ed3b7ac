package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A second message makes a stream, wherever the reads cut it. */
final class GrpcMessageCountTest {
  @ParameterizedTest
  @CsvSource({
    "00, false",
    "0000000000, false",
    "0000000003aabbcc, false",
    "0000000003aabbcc00000000, false",
    "0000000003aabbcc0000000002, true",
    "00000000000100000000, true",
    "01ffffffff0000000000000000000000, false",
  })
  void severalAreSeenByTheirPrefixes(String hex, boolean several) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    for (int cut = 0; cut <= bytes.length; cut++) {
      GrpcMessageCount count = new GrpcMessageCount();
      count.read(bytes, 0, cut);
      count.read(bytes, cut, bytes.length);
      assertThat(count.several()).as("cut at %d", cut).isEqualTo(several);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/grpc",
        "Application/gRPC+proto",
        "application/grpc+json; charset=utf-8",
        "application/grpc;x=y",
      })
  void eachCodingOfGrpcCounts(String contentType) {
    assertThat(GrpcMessageCount.counts(contentType)).isTrue();
  }

  @Test
  void grpcWebDoesNot() {
    assertThat(GrpcMessageCount.counts("application/grpc-web+proto")).isFalse();
    assertThat(GrpcMessageCount.counts("text/plain")).isFalse();
    assertThat(GrpcMessageCount.counts(null)).isFalse();
  }
}
