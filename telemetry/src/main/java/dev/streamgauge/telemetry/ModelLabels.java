package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.RequestRecord;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The values of the {@code model} label. A name gets in if it is on the list or, without a list, if
 * a successful answer of a generating or embedding operation bore it: a client cannot make one up.
 * At most {@code modelsMax} names of at most 256 characters; all else is {@code other}. Any thread.
 */
final class ModelLabels {
  static final String OTHER = "other";
  private static final int NAME_LENGTH_MAX = 256;

  private final int modelsMax;
  private final boolean learning;
  private final ConcurrentHashMap<String, String> known = new ConcurrentHashMap<>();
  private final AtomicInteger slots = new AtomicInteger();
  private final LongAdder overflows = new LongAdder();

  /** A name that is known, and stays so. */
  private @Nullable String last;

  ModelLabels(int modelsMax, List<String> models) {
    this.modelsMax = modelsMax;
    this.learning = models.isEmpty();
    for (String model : models) {
      admit(model);
    }
  }

  String of(RequestRecord record) {
    String answered = lookUp(record.model());
    if (answered != null) {
      return answered;
    }
    String requested = lookUp(record.requestedModel());
    if (requested != null) {
      return requested;
    }
    String name = record.model();
    return name != null && learning && teaches(record) ? learn(name, true) : OTHER;
  }

  /** For an answer that is still streaming; its record will count an overflow. */
  String ofStream(@Nullable String answered, @Nullable String requested, Operation operation) {
    String label = lookUp(answered);
    label = label == null ? lookUp(requested) : label;
    if (label != null) {
      return label;
    }
    return answered != null && learning && names(operation) ? learn(answered, false) : OTHER;
  }

  /** Requests whose model had to be {@code other} though its answer bore a name. */
  long overflows() {
    return overflows.sum();
  }

  /** The one name that is known; empty where there is none, or more than one. */
  String theOnlyOne() {
    Iterator<String> names = known.keySet().iterator();
    String name = names.hasNext() ? names.next() : "";
    return names.hasNext() ? "" : name;
  }

  @Nullable String lookUp(@Nullable String name) {
    if (name == null) {
      return null;
    }
    String before = last;
    return name.equals(before) ? before : find(name);
  }

  private @Nullable String find(String name) {
    String label = known.get(name);
    if (label != null) {
      last = label;
    }
    return label;
  }

  private String learn(String name, boolean counted) {
    String label = admit(name);
    if (label == null && counted) {
      overflows.increment();
    }
    return label == null ? OTHER : label;
  }

  private @Nullable String admit(String name) {
    if (name.isBlank() || name.length() > NAME_LENGTH_MAX) {
      return null;
    }
    if (name.equals(OTHER)) {
      return OTHER;
    }
    if (slots.getAndUpdate(taken -> Math.min(taken + 1, modelsMax)) >= modelsMax) {
      return known.get(name);
    }
    String before = known.putIfAbsent(name, name);
    if (before != null) {
      slots.decrementAndGet();
      return before;
    }
    return name;
  }

  private static boolean teaches(RequestRecord record) {
    Integer status = record.status();
    return status != null && status >= 200 && status < 300 && names(record.operation());
  }

  private static boolean names(Operation operation) {
    return operation.generating()
        || operation == Operation.INFER
        || operation == Operation.EMBEDDINGS
        || operation == Operation.RERANK;
  }
}
