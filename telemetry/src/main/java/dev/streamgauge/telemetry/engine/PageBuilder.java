package dev.streamgauge.telemetry.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts a page together from what a reader finds, in whatever order: a family that comes in several
 * parts becomes one, a sample that comes twice stays the first, and what is too much is left out.
 */
final class PageBuilder {
  private static final String[] SUFFIXES = {
    "_bucket", "_count", "_sum", "_total", "_created", "_info", "_gcount", "_gsum"
  };
  private static final String TOTAL = "_total";
  private static final String CREATED = "_created";

  private final PageLimits limits;
  private final Map<String, Open> families = new LinkedHashMap<>();
  private final Set<Key> seen = new HashSet<>();
  private int malformed;
  private int leftOut;
  private int duplicates;

  PageBuilder(PageLimits limits) {
    this.limits = limits;
  }

  void malformed() {
    malformed++;
  }

  void leftOut() {
    leftOut++;
  }

  /** Nothing more is taken; the reader may stop. */
  boolean full() {
    return seen.size() >= limits.samplesMax();
  }

  /** Of two types the first counts. */
  void type(String name, FamilyType type) {
    Open family = open(name);
    if (family == null) {
      return;
    }
    if (family.type == FamilyType.UNKNOWN && (family.samples.isEmpty() || type.allows(""))) {
      family.type = type;
    } else if (family.type != type) {
      malformed++;
    }
  }

  void help(String name, String text) {
    Open family = open(name);
    if (family != null && family.help == null) {
      family.help = text;
    }
  }

  void unit(String name, String unit) {
    Open family = open(name);
    if (family != null && family.unit == null) {
      family.unit = unit;
    }
  }

  /** Keeps the message as well, unless the family was there before. */
  void message(String name, byte[] message) {
    Open family = open(name);
    if (family != null && family.samples.isEmpty()) {
      family.message = message;
    } else if (family != null) {
      family.message = null;
    }
  }

  /** Something of that message is not passed on: what is, is written anew. */
  void notAsItCame(String name) {
    Open family = families.get(name);
    if (family != null) {
      family.message = null;
    }
  }

  /** Whether it is kept. */
  boolean sample(Sample sample) {
    if (full()) {
      leftOut++;
      return false;
    }
    Open family = owner(sample.name());
    if (family == null) {
      return false;
    }
    if (!seen.add(new Key(sample.name(), sample.labels()))) {
      duplicates++;
      return false;
    }
    family.samples.add(sample);
    return true;
  }

  EnginePage build() {
    Map<String, Open> named = new LinkedHashMap<>();
    for (Open each : families.values()) {
      malformed += each.removeMisplaced();
      named.putIfAbsent(each.finalName(), each);
    }
    List.copyOf(named.values()).forEach(each -> foldCreated(each, named));
    List<Family> built = new ArrayList<>(named.size());
    for (Map.Entry<String, Open> each : named.entrySet()) {
      if (!each.getValue().samples.isEmpty()) {
        built.add(each.getValue().family(each.getKey()));
      }
    }
    return new EnginePage(built, malformed, leftOut, duplicates);
  }

  /**
   * The text format has a family of its own for the times at which others began; in OpenMetrics
   * these samples belong to the others, and their names are taken.
   */
  private static void foldCreated(Open times, Map<String, Open> named) {
    String name = times.name;
    if (!name.endsWith(CREATED) || times.message != null) {
      return;
    }
    String base = name.substring(0, name.length() - CREATED.length());
    Open owner = named.get(base);
    owner = owner == null ? named.get(base + TOTAL) : owner;
    if (owner != null && owner.message == null && owner.type.allows(CREATED)) {
      owner.samples.addAll(times.samples);
      owner.group();
      times.samples.clear();
    }
  }

  private @Nullable Open owner(String name) {
    Open exact = families.get(name);
    if (exact != null && exact.type.allows("")) {
      return exact;
    }
    for (String suffix : SUFFIXES) {
      if (name.endsWith(suffix)) {
        Open family = families.get(name.substring(0, name.length() - suffix.length()));
        if (family != null && family.type.allows(suffix)) {
          return family;
        }
      }
    }
    if (exact != null) {
      malformed++;
      return null;
    }
    return open(name);
  }

  private @Nullable Open open(String name) {
    Open family = families.get(name);
    if (family == null) {
      if (families.size() >= limits.familiesMax()) {
        leftOut++;
        return null;
      }
      family = new Open(name);
      families.put(name, family);
    }
    return family;
  }

  private record Key(String name, SampleLabels labels) {}

  /** A family that may still get more. */
  private static final class Open {
    private final String name;
    private final List<Sample> samples = new ArrayList<>();
    private FamilyType type = FamilyType.UNKNOWN;
    private @Nullable String help;
    private @Nullable String unit;
    private byte @Nullable [] message;

    private Open(String name) {
      this.name = name;
    }

    /**
     * How many of its samples it could not have: without a number where a bucket or quantile has
     * one, or with such a label elsewhere. Known only at the end, as a summary's type may come
     * last.
     */
    private int removeMisplaced() {
      String part = type.partLabel();
      int before = samples.size();
      if (part != null) {
        samples.removeIf(each -> misplaced(each, part));
      }
      return before - samples.size();
    }

    private boolean misplaced(Sample sample, String part) {
      String text = sample.labels().value(part);
      boolean isPart =
          type == FamilyType.SUMMARY
              ? sample.name().equals(name)
              : sample.name().endsWith("_bucket");
      return isPart ? text == null || NumberText.parse(text) == null : text != null;
    }

    /** OpenMetrics declares counters and infos without their suffix. */
    private String finalName() {
      String suffix =
          switch (type) {
            case COUNTER -> TOTAL;
            case INFO -> "_info";
            case GAUGE, HISTOGRAM, SUMMARY, STATE_SET, GAUGE_HISTOGRAM, UNKNOWN -> "";
          };
      for (Sample each : samples) {
        if (each.name().length() == name.length() + suffix.length()
            && each.name().endsWith(suffix)) {
          return name + suffix;
        }
      }
      return name;
    }

    /** Samples of the same labels stand together, in the order in which these first came. */
    private void group() {
      Map<SampleLabels, List<Sample>> groups = new LinkedHashMap<>();
      for (Sample each : samples) {
        SampleLabels key = each.labels().without("le").without("quantile");
        groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(each);
      }
      samples.clear();
      groups.values().forEach(samples::addAll);
    }

    private Family family(String finalName) {
      return new Family(finalName, type, help, unit, samples, message);
    }
  }
}
