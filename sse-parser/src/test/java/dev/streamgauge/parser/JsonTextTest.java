package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A string's end is sought by eight bytes at once: all that may matter to that, at each place. */
class JsonTextTest {
  private static final int ALIGNMENTS = 8;
  private static final int LENGTH_MAX = 40;

  /** What stands around a string says nothing of it: before it, and behind the buffer's end. */
  private static final byte AROUND = '"';

  @Test
  void aStringEndsAtItsQuoteAtEachPlace() {
    everywhere(
        (text, start, length) -> {
          text[start + length] = '"';
          assertThat(JsonText.stringEnd(text, start, text.length)).isEqualTo(start + length);
          assertThat(JsonText.stringEnd(text, start, start + length + 1)).isEqualTo(start + length);
        });
  }

  @Test
  void aStringThatTheBufferEndsHasNoEnd() {
    everywhere(
        (text, start, length) -> {
          Arrays.fill(text, start + length, text.length, AROUND);
          assertThat(JsonText.stringEnd(text, start, start + length)).isEqualTo(-1);
        });
  }

  @Test
  void eachByteAtEachPlaceIsTakenAsItIsAlone() {
    everywhere(
        (text, start, length) -> {
          text[start + length] = '"';
          for (int place = start; place < start + length; place++) {
            byte before = text[place];
            for (int value = 0; value < 256; value++) {
              text[place] = (byte) value;
              same(text, start, text.length);
            }
            text[place] = before;
          }
        });
  }

  @Test
  void aFaultBehindTheQuoteIsNoFaultOfTheString() {
    everywhere(
        (text, start, length) -> {
          text[start + length] = '"';
          for (byte behind : new byte[] {0, '\n', '\\', '"', 0x1F, (byte) 0x80, (byte) 0xFF}) {
            Arrays.fill(text, start + length + 1, text.length, behind);
            assertThat(JsonText.stringEnd(text, start, text.length)).isEqualTo(start + length);
          }
        });
  }

  @Test
  void escapesArePassedWhereverTheyLie() {
    for (String escape : new String[] {"\\\"", "\\\\", "\\/", "\\n", "\\u0022", "\\uD83D\\uDE00"}) {
      escapeEverywhere(escape);
    }
  }

  @Test
  void brokenEscapesAreFaultsWhereverTheyLie() {
    for (String broken : new String[] {"\\x", "\\", "\\u12", "\\u12G4", "\\\n", "\\é"}) {
      escapeEverywhere(broken);
    }
  }

  @Test
  void charactersOfSeveralBytesArePlainWhereverTheyLie() {
    for (String character : new String[] {"é", "…", "😀", "\u00A2", "\u072F", "\u0080"}) {
      escapeEverywhere(character);
    }
  }

  /** The bytes that differ from those sought by one bit, or by one, or in the high bit. */
  @Test
  void neighboursOfWhatIsSoughtAreNotTakenForIt() {
    byte[] text = new byte[LENGTH_MAX + 1];
    for (int sought : new int[] {'"', '\\', 0x1F, 0x20, 0}) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        Arrays.fill(text, (byte) (sought ^ (1 << bit)));
        text[LENGTH_MAX] = '"';
        same(text, 0, text.length);
        Arrays.fill(text, 0, LENGTH_MAX, (byte) (sought + 1));
        same(text, 0, text.length);
      }
    }
  }

  private static void escapeEverywhere(String inserted) {
    byte[] bytes = inserted.getBytes(StandardCharsets.UTF_8);
    everywhere(
        (text, start, length) -> {
          text[start + length] = '"';
          for (int place = start; place + bytes.length <= start + length; place++) {
            byte[] copy = text.clone();
            System.arraycopy(bytes, 0, copy, place, bytes.length);
            for (int end = place; end <= copy.length; end++) {
              same(copy, start, end);
            }
          }
        });
  }

  private interface Case {
    void check(byte[] text, int start, int length);
  }

  /** Plain texts that begin at each alignment, of each length, with bytes behind them. */
  private static void everywhere(Case one) {
    for (int start = 0; start < ALIGNMENTS; start++) {
      for (int length = 0; length <= LENGTH_MAX; length++) {
        byte[] text = new byte[start + length + 1 + ALIGNMENTS];
        Arrays.fill(text, AROUND);
        for (int i = 0; i < length; i++) {
          text[start + i] = (byte) ('a' + i % 26);
        }
        one.check(text, start, length);
      }
    }
  }

  private static void same(byte[] text, int start, int end) {
    int found = JsonText.stringEnd(text, start, end);
    int expected = byteByByte(text, start, end);
    if (found != expected) { // a message for each of millions would take too long
      assertThat(found)
          .as("%s from %d to %d", Arrays.toString(text), start, end)
          .isEqualTo(expected);
    }
  }

  /** RFC 8259 section 7, but that bytes which are no UTF-8 pass. */
  private static int byteByByte(byte[] text, int start, int end) {
    for (int at = start; at < end; at++) {
      int next = Byte.toUnsignedInt(text[at]);
      if (next == '"') {
        return at;
      }
      if (next < 0x20) {
        return -1;
      }
      if (next == '\\') {
        int length = escapeLength(text, at, end);
        if (length == 0) {
          return -1;
        }
        at += length - 1;
      }
    }
    return -1;
  }

  private static int escapeLength(byte[] text, int at, int end) {
    String rest = new String(text, at + 1, end - at - 1, StandardCharsets.ISO_8859_1);
    if (!rest.isEmpty() && "\"\\/bfnrt".indexOf(rest.charAt(0)) >= 0) {
      return 2;
    }
    return rest.matches("(?s)u[0-9a-fA-F]{4}.*") ? 6 : 0;
  }
}
