package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.ProxySettings.DialectChoice;
import dev.streamgauge.parser.Dialect;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ForcedDialectTest {
  @Test
  void eachDialectThatIsReadCanBeForcedAndAutoForcesNone() {
    assertThat(SaidDialects.forced(DialectChoice.AUTO)).isNull();
    assertThat(labels(Arrays.stream(DialectChoice.values()).map(DialectChoice::label), "auto"))
        .isEqualTo(labels(Arrays.stream(Dialect.values()).map(Dialect::label), "unknown"))
        .allSatisfy(label -> assertThat(Dialect.of(label).label()).isEqualTo(label));
  }

  private static List<String> labels(Stream<String> all, String but) {
    return all.filter(label -> !label.equals(but)).toList();
  }
}
