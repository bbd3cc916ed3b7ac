package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the cluster, and then a namespace, says about sidecars; a pod's own annotations are stronger
 * than both.
 *
 * @param settings the written form of what the policy sets, by the name of the setting
 * @param proxyOptions options of {@code streamgauge proxy} by name, each with its values
 * @param selector which pods are looked at at all
 * @param namespaceAnnotations those of the pod's namespace; they are checked with each pod, so that
 *     the owner of the pod is told what is wrong with them
 */
public record Policy(
    Map<String, String> settings,
    Map<String, List<String>> proxyOptions,
    LabelSelector selector,
    Map<String, String> namespaceAnnotations) {

  public Policy {
    settings = ordered(settings);
    proxyOptions = ordered(proxyOptions);
    namespaceAnnotations = ordered(namespaceAnnotations);
  }

  /** In the order in which they were written, so that the same policy makes the same pod. */
  private static <T> Map<String, T> ordered(Map<String, T> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** Where nothing is set. */
  public static Policy defaults() {
    return new Policy(Map.of(), Map.of(), LabelSelector.everything(), Map.of());
  }

  /**
   * Reads a policy file's content, JSON or what YAML became.
   *
   * @throws BadPolicy with all that is wrong with it
   */
  public static Policy read(JsonNode file) throws BadPolicy {
    return new PolicyReader(file).read();
  }

  /** For pods of a namespace with these annotations. */
  public Policy with(Map<String, String> annotations) {
    return new Policy(settings, proxyOptions, selector, annotations);
  }

  /** Every pod that does not say no gets a sidecar: for manifests that somebody chose. */
  public Policy injectingWhatIsGiven() {
    return set(Settings.OPT_IN, "false").set(Settings.EXCLUDED_NAMESPACES, "").everywhere();
  }

  /**
   * With the secret from which the tokens of drain hooks are made: 16 to 1024 visible characters,
   * the same in all replicas and over restarts, or pods would differ for nothing.
   */
  public Policy withDrainTokenKey(String key) {
    if (Settings.DRAIN_TOKEN_KEY.type().parse(key) == null) {
      throw new IllegalArgumentException(
          "drain token key (expected: " + Settings.DRAIN_TOKEN_KEY.type().allowed() + ")");
    }
    return set(Settings.DRAIN_TOKEN_KEY, key);
  }

  /**
   * For one admission: a token made by it is good for the pod that is then made, and for no other,
   * whatever that is called. So who sends a review of his own learns no other pod's token.
   *
   * @param uid of the review, which nobody else knows
   */
  public Policy forAdmission(String uid) {
    String key = settings.get(Settings.DRAIN_TOKEN_KEY.name());
    return key == null ? this : set(Settings.DRAIN_TOKEN_KEY, Ending.hmac(key, uid));
  }

  private Policy everywhere() {
    return new Policy(settings, proxyOptions, LabelSelector.everything(), namespaceAnnotations);
  }

  private Policy set(Setting<?> setting, String text) {
    Map<String, String> changed = new LinkedHashMap<>(settings);
    changed.put(setting.name(), text);
    return new Policy(changed, proxyOptions, selector, namespaceAnnotations);
  }
}
