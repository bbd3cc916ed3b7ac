package dev.streamgauge.cluster.watch;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a pod has no node, or was not made. The names are values of the label {@code cause}. The
 * scheduler says it in words, "0/5 nodes are available: 2 Insufficient nvidia.com/gpu, 3 node(s)
 * had untolerated taint {...}": the cause is the one that rules out most nodes, of equals the first
 * here.
 */
enum SchedulingCause {
  GPU("gpu", "insufficient [a-z0-9.-]*/(?:gpu|mig)[a-z0-9.-]*"),
  QUOTA("quota", "exceeded quota"),
  TAINT("taint", "taint"),
  VOLUME("volume", "volume|persistentvolumeclaim"),
  AFFINITY("affinity", "affinity|node selector|topology spread"),
  CPU("cpu", "insufficient cpu"),
  MEMORY("memory", "insufficient memory"),
  PODS("pods", "too many pods"),
  PORT("port", "free ports"),
  RESOURCE("resource", "insufficient "),
  LIMIT_RANGE("limit_range", "(?:maximum|minimum) .* usage per"),
  POD_SECURITY("pod_security", "violates podsecurity"),
  WEBHOOK("webhook", "admission webhook"),
  OTHER("other", "");

  private static final Pattern COUNT = Pattern.compile("^\\s*(\\d{1,9})\\s");
  private static final int MESSAGE_CHARS_MAX = 4096;

  private final String label;
  private final Pattern words;

  SchedulingCause(String label, String words) {
    this.label = label;
    this.words = Pattern.compile(words);
  }

  String label() {
    return label;
  }

  /** Of the message of an event or of a condition. */
  static SchedulingCause of(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    if (text.length() > MESSAGE_CHARS_MAX) {
      text = text.substring(0, MESSAGE_CHARS_MAX);
    }
    // what follows speaks of making room by evicting others, in nearly the same words
    int preemption = text.indexOf("preemption:");
    String causes = preemption < 0 ? text : text.substring(0, preemption);
    int colon = causes.indexOf("nodes are available:");
    return colon < 0
        ? first(causes)
        : heaviest(causes.substring(colon + "nodes are available:".length()));
  }

  private static SchedulingCause heaviest(String parts) {
    Map<SchedulingCause, Long> nodes = new EnumMap<>(SchedulingCause.class);
    for (String part : parts.split("[,.] ", -1)) {
      Matcher count = COUNT.matcher(part);
      nodes.merge(first(part), count.find() ? Long.parseLong(count.group(1)) : 0L, Long::sum);
    }
    SchedulingCause heaviest = OTHER;
    long most = 0;
    for (Map.Entry<SchedulingCause, Long> each : nodes.entrySet()) {
      if (each.getValue() > most) {
        heaviest = each.getKey();
        most = each.getValue();
      }
    }
    return heaviest;
  }

  private static SchedulingCause first(String part) {
    for (SchedulingCause each : values()) {
      if (each.words.matcher(part).find()) {
        return each;
      }
    }
    return OTHER;
  }
}
