package dev.streamgauge.cluster.inject;

import dev.streamgauge.config.Nearest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What holds for one pod: its annotations, then its namespace's, then the policy, then defaults.
 */
final class Wishes {
  /** An option of the sidecar by its own name: {@code streamgauge.dev/proxy.max-concurrency}. */
  static final String PROXY_PREFIX = Setting.PREFIX + "proxy.";

  /** What was done, written by the injector. */
  static final String STATUS = Setting.PREFIX + "status";

  /** That it was done; a label, so that monitors can select by it. */
  static final String INJECTED = Setting.PREFIX + "injected";

  private final Map<String, String> texts;
  private final Map<String, List<String>> proxyOptions;

  private final Set<String> ofThePod = new HashSet<>();

  private Wishes(Map<String, String> texts, Map<String, List<String>> proxyOptions) {
    this.texts = texts;
    this.proxyOptions = proxyOptions;
  }

  static Wishes of(Pod pod, Policy policy) throws CannotInject {
    Wishes wishes =
        new Wishes(
            new LinkedHashMap<>(policy.settings()), new LinkedHashMap<>(policy.proxyOptions()));
    wishes.take(policy.namespaceAnnotations(), "on the namespace");
    String label = pod.labels().get(Settings.INJECT.annotation());
    if (label != null) {
      wishes.take(Settings.INJECT.annotation(), label, "as a label of the pod");
    }
    wishes.take(pod.annotations(), "on the pod");
    wishes.ofThePod.addAll(pod.annotations().keySet());
    return wishes;
  }

  private void take(Map<String, String> annotations, String place) throws CannotInject {
    for (Map.Entry<String, String> annotation : annotations.entrySet()) {
      String name = annotation.getKey();
      if (!name.startsWith(Setting.PREFIX) || name.equals(STATUS) || name.equals(INJECTED)) {
        continue;
      }
      if (name.startsWith(PROXY_PREFIX)) {
        List<String> values = List.of(annotation.getValue().split(";", -1));
        proxyOptions.put(
            name.substring(PROXY_PREFIX.length()), values.stream().map(String::strip).toList());
      } else {
        take(name, annotation.getValue(), place);
      }
    }
  }

  private void take(String annotation, String text, String place) throws CannotInject {
    Setting<?> setting = named(annotation);
    if (setting == null) {
      throw new CannotInject(
          RefusalReason.UNKNOWN_ANNOTATION,
          Shown.text(annotation)
              + ": unknown annotation "
              + place
              + " (expected: "
              + nearest(annotation)
              + ")");
    }
    if (setting.type().parse(text) == null) {
      throw new CannotInject(
          RefusalReason.BAD_ANNOTATION,
          annotation
              + ": \""
              + Shown.text(text)
              + "\" "
              + place
              + " (expected: "
              + setting.type().allowed()
              + ")");
    }
    texts.put(setting.name(), text);
  }

  private static @Nullable Setting<?> named(String annotation) {
    for (Setting<?> setting : Setting.all()) {
      if (setting.mayBeAnnotation() && setting.annotation().equals(annotation)) {
        return setting;
      }
    }
    return null;
  }

  private static String nearest(String annotation) {
    List<String> known = new ArrayList<>();
    for (Setting<?> setting : Setting.all()) {
      if (setting.mayBeAnnotation()) {
        known.add(setting.name());
      }
    }
    String near = Nearest.to(annotation.substring(Setting.PREFIX.length()), known);
    return near == null
        ? "one of " + Setting.PREFIX + "{" + String.join(",", known) + "} or " + PROXY_PREFIX + "…"
        : Setting.PREFIX + near;
  }

  /** Of a setting that has a default. */
  <T> T get(Setting<T> setting) {
    T value = find(setting);
    if (value == null) {
      throw new IllegalStateException(setting.name() + " has no default");
    }
    return value;
  }

  /** Of one that has none; null where it is not set. */
  <T> @Nullable T find(Setting<T> setting) {
    String said = texts.get(setting.name());
    String text = said == null ? setting.byDefault() : said;
    return text == null ? null : setting.type().parse(text);
  }

  /** Whether somebody said so. */
  boolean isSet(Setting<?> setting) {
    return texts.containsKey(setting.name());
  }

  /** Whether the pod itself says so, and not only who made the rules for many. */
  boolean isSetByPod(Setting<?> setting) {
    return ofThePod.contains(setting.annotation());
  }

  /** Options of {@code streamgauge proxy} by name, checked when all of them are known. */
  Map<String, List<String>> proxyOptions() {
    return proxyOptions;
  }
}
