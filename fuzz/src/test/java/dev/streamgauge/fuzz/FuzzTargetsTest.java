package dev.streamgauge.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.parser.Dialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fuzzer's targets on the fixtures, damaged by chance but always alike: no fuzzer is needed.
 */
class FuzzTargetsTest {
  private static final Path WIRE = Path.of("../sse-parser/src/test/resources/wire");
  private static final int DAMAGED_EACH = 60;

  private final Random chance = new Random(5);

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN")
  void damagedFixturesBreakNoRule(Dialect dialect) throws IOException {
    List<byte[]> seeds = new Seeds(WIRE).of(dialect);
    assertThat(seeds).as("fixtures of %s", dialect).isNotEmpty();
    for (byte[] seed : seeds) {
      AnswerFuzz.check(dialect, seed);
      for (int i = 0; i < DAMAGED_EACH; i++) {
        AnswerFuzz.check(dialect, damaged(seed));
      }
    }
  }

  @Test
  void damagedRequestsBreakNoRule() throws IOException {
    byte[] seed =
        "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"a\":null},\"n\":1,\"prompt\":[\"x\"]}"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 2000; i++) {
      RequestFuzz.fuzzerTestOneInput(damaged(seed));
    }
  }

  @Test
  void damagedRequestsOfACallBreakNoRule() throws IOException {
    byte[] seed = Seeds.inferRequests();
    InferRequestFuzz.fuzzerTestOneInput(seed);
    for (int i = 0; i < 500; i++) {
      InferRequestFuzz.fuzzerTestOneInput(damaged(seed));
    }
  }

  @Test
  void aBrokenRuleIsAFinding() {
    assertThatThrownBy(() -> Checks.that(false, "a rule", 7))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a rule: 7");
  }

  private byte[] damaged(byte[] seed) {
    byte[] bytes = seed.clone();
    for (int damages = 1 + chance.nextInt(4); damages > 0; damages--) {
      int at = chance.nextInt(bytes.length);
      switch (chance.nextInt(4)) {
        case 0 -> bytes[at] = (byte) chance.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << chance.nextInt(8));
        case 2 -> bytes = without(bytes, at, chance.nextInt(40));
        default -> bytes = twice(bytes, at, chance.nextInt(80));
      }
    }
    return bytes;
  }

  private static byte[] without(byte[] bytes, int at, int count) {
    int behind = Math.min(bytes.length, at + count);
    byte[] made = new byte[Math.max(1, bytes.length - (behind - at))];
    System.arraycopy(bytes, 0, made, 0, Math.min(at, made.length));
    System.arraycopy(bytes, behind, made, Math.min(at, made.length), bytes.length - behind);
    return made;
  }

  private static byte[] twice(byte[] bytes, int at, int count) {
    int behind = Math.min(bytes.length, at + count);
    byte[] made = new byte[bytes.length + behind - at];
    System.arraycopy(bytes, 0, made, 0, behind);
    System.arraycopy(bytes, at, made, behind, bytes.length - at);
    return made;
  }
}
