package dev.streamgauge.parser;

import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds what an ASCII word stands for, in a byte range and by mostly one look. For any thread. */
final class WordTable<E> {
  private final byte[] @Nullable [] words;
  private final @Nullable Object[] meanings;
  private final int mask;

  private WordTable(int places) {
    words = new byte[places][];
    meanings = new Object[places];
    mask = places - 1;
  }

  /** Of values that have one word each. */
  static <E> WordTable<E> of(Collection<E> values, Function<E, String> wordOf) {
    // A power of two, at least twice the words: mostly the first place is the right or an empty
    // one.
    WordTable<E> table = new WordTable<>(Integer.highestOneBit(values.size() * 4));
    for (E value : values) {
      table.put(Ascii.bytes(wordOf.apply(value)), value);
    }
    return table;
  }

  private void put(byte[] word, E meaning) {
    int last = word.length - 1;
    int place = place(word[0], word[word.length >> 1], word[last], word.length) & mask;
    while (words[place] != null) {
      place = (place + 1) & mask;
    }
    words[place] = word;
    meanings[place] = meaning;
  }

  /** Null for a word that is not in the table. */
  @SuppressWarnings("unchecked") // only put fills it
  @Nullable E find(byte[] bytes, int start, int end) {
    int length = end - start;
    if (length == 0) {
      return null;
    }
    int middle = bytes[start + (length >> 1)];
    int place = place(bytes[start], middle, bytes[end - 1], length) & mask;
    byte[] word = words[place];
    while (word != null && (word.length != length || !Ascii.equal(bytes, start, end, word))) {
      place = (place + 1) & mask;
      word = words[place];
    }
    return (E) meanings[place];
  }

  private static int place(int first, int middle, int last, int length) {
    return first * 5 + middle * 7 + last * 11 + length * 3;
  }
}
