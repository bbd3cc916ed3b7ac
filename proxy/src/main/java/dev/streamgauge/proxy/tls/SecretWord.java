package dev.streamgauge.proxy.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** A word that only those know who may read its file; kept as a digest. Immutable. */
public final class SecretWord {
  private static final int CHARACTERS_MAX = 4096;

  private final byte[] digest;

  private SecretWord(byte[] digest) {
    this.digest = digest;
  }

  /** One that was given as it is. */
  public static SecretWord of(String word) {
    return new SecretWord(digested(word));
  }

  /** Read now, and again when the file changes. */
  public static Reloaded<SecretWord> of(NamedFile file, FileWatch watch) throws UnusableFile {
    return watch.watch(List.of(file), () -> read(file));
  }

  /** Space around it does not count: editors end files with a line feed. */
  private static SecretWord read(NamedFile file) throws UnusableFile {
    String word = new String(file.read(), StandardCharsets.UTF_8).strip();
    if (word.isEmpty() || word.length() > CHARACTERS_MAX) {
      throw file.unusable("it has no token of 1 to " + CHARACTERS_MAX + " characters");
    }
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) <= ' ' || word.charAt(i) > '~') {
        throw file.unusable("its token has other characters than visible ones of ASCII");
      }
    }
    return new SecretWord(digested(word));
  }

  /** Takes as long for a wrong word as for the right one. */
  public boolean is(String word) {
    return MessageDigest.isEqual(digest, digested(word));
  }

  private static byte[] digested(String word) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(word.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
