package dev.streamgauge.telemetry.engine;

/** What names may be made of where no other escaping was asked for. */
final class NameRules {
  private NameRules() {}

  static boolean allows(int c, boolean first, boolean ofMetric) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || (ofMetric && c == ':')
        || (!first && c >= '0' && c <= '9');
  }

  static boolean allows(String name, boolean ofMetric) {
    for (int i = 0; i < name.length(); i++) {
      if (!allows(name.charAt(i), i == 0, ofMetric)) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
