package dev.streamgauge.cluster.watch;

/** Names that thousands of records share: each is in memory once. */
final class Names {
  /** What the API allows; a longer one is no name of it. */
  private static final int CHARS_MAX = 253;

  private Names() {}

  static String kept(String name) {
    return (name.length() > CHARS_MAX ? name.substring(0, CHARS_MAX) : name).intern();
  }

  /** Of an object in a namespace. */
  static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
