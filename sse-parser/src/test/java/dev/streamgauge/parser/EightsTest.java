package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
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

  @Test
  void aLineEndsAtItsFirstLineFeedOrReturnAtEachPlace() {
    for (int start = 0; start < Eights.LENGTH; start++) {
      for (int length = 0; length <= 40; length++) {
        byte[] text = new byte[start + length + 3];
        for (byte plain : new byte[] {'a', '\t', 0x0B, 0x0C, 0x0E, 0, (byte) 0x8A, (byte) 0x8D}) {
          Arrays.fill(text, plain);
          int end = start + length;
          assertThat(Framer.lineEnd(text, start, end)).isEqualTo(end);
          text[end] = '\r';
          text[end + 1] = '\n';
          assertThat(Framer.lineEnd(text, start, end)).isEqualTo(end);
          assertThat(Framer.lineEnd(text, start, text.length)).isEqualTo(end);
          text[end] = '\n';
          assertThat(Framer.lineEnd(text, start, text.length)).isEqualTo(end);
        }
      }
    }
  }
}
