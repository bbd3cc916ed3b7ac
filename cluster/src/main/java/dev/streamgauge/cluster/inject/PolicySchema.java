package dev.streamgauge.cluster.inject;

import dev.streamgauge.config.OptionSchema;
import dev.streamgauge.config.ProxyOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The policy file as a JSON schema (draft 7) of one object, for the chart's values: without the key
 * of drain tokens, for values end in a ConfigMap, and the webhook makes a key of its own.
 */
public final class PolicySchema {
  private PolicySchema() {}

  /**
   * The object.
   *
   * @param selector the schema of a label selector
   */
  public static Map<String, Object> schema(Map<String, Object> selector) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (Setting<?> setting : Setting.all()) {
      if (setting.mayBeInPolicy() && !setting.equals(Settings.DRAIN_TOKEN_KEY)) {
        String byDefault = setting.byDefault() == null ? "none" : setting.byDefault();
        properties.put(
            setting.policyKey(), OptionSchema.of(setting.type(), false, setting.doc(), byDefault));
      }
    }
    properties.put(PolicyReader.POD_SELECTOR, selector);
    properties.put(
        PolicyReader.PROXY, OptionSchema.of(ProxyOptions.ALL, SidecarOptions.unusable()));
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("type", "object");
    object.put("additionalProperties", false);
    object.put("properties", properties);
    return object;
  }
}
