package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EightsTest {
  @Test
  void theFirstOfWhatIsFoundIsToldWhateverStandsAboveIt() {
    for (int place = 0; place < Eights.LENGTH; place++) {
      long lowest = 0x80L << (place * Byte.SIZE);
      long all = 0x8080808080808080L & -lowest;
      assertThat(Eights.first(lowest)).isEqualTo(place);
      assertThat(Eights.first(all)).isEqualTo(place);
      assertThat(Eights.first(lowest | 0x8000000000000000L)).isEqualTo(place);
    }
  }

  @Test
  void theFirstByteIsTheLowest() {
    assertThat(Eights.at(new byte[] {9, 1, 2, 3, 4, 5, 6, 7, (byte) 0x88}, 1))
        .isEqualTo(0x8807060504030201L);
  }

  @Test
  void zerosAreFoundFromTheFirstOn() {
    for (int place = 0; place < Eights.LENGTH; place++) {
      long eight = 0x0101010101010101L & ~(1L << (place * Byte.SIZE));
      assertThat(Eights.first(Eights.zeros(eight))).isEqualTo(place);
    }
    assertThat(Eights.zeros(0x01FF807F5C22FE10L)).isZero();
  }
}
