package dev.streamgauge.cluster.inject;

import dev.streamgauge.config.ValueType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be set about the injection: by an annotation of the pod or its namespace, and
 * by the policy. Its names, its check and its row in the documentation follow from this.
 *
 * @param name as in the annotation, without the prefix
 * @param byDefault in its written form; null where it stays unset
 * @param doc a sentence without its full stop
 */
record Setting<T>(
    String name, ValueType<T> type, @Nullable String byDefault, Place place, String doc) {

  static final String PREFIX = "streamgauge.dev/";

  /** Who may set it. */
  enum Place {
    /** The policy, and who makes a pod or owns its namespace. */
    ANYWHERE,
    /** It is about one pod: an annotation alone. */
    POD,
    /** It is about the cluster. */
    POLICY
  }

  /** Each of them by name, in the order of the documentation. */
  static List<Setting<?>> all() {
    return Settings.ALL;
  }

  String annotation() {
    return PREFIX + name;
  }

  /** In camel case, as options are in YAML. */
  String policyKey() {
    StringBuilder key = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '-') {
        boolean capital = i > 0 && name.charAt(i - 1) == '-';
        key.append(capital ? Character.toUpperCase(c) : c);
      }
    }
    return key.toString();
  }

  boolean mayBeAnnotation() {
    return place != Place.POLICY;
  }

  boolean mayBeInPolicy() {
    return place != Place.POD;
  }
}
