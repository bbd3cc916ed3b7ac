package dev.streamgauge.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be set. Its name on the command line, in the environment and in YAML, its
 * check, its help and its page in the documentation all follow from this one description.
 *
 * @param <T> what it is read as
 */
public final class Option<T> {
  private static final String ENVIRONMENT_PREFIX = "STREAMGAUGE_";

  private final String name;
  private final ValueType<?> type;
  private final boolean repeatable;
  private final boolean flag;
  private final Function<List<String>, T> reading;
  private final Default byDefault;
  private final String doc;

  private Option(
      String name,
      ValueType<?> type,
      boolean repeatable,
      boolean flag,
      Function<List<String>, T> reading,
      Default byDefault,
      String doc) {
    this.name = name;
    this.type = type;
    this.repeatable = repeatable;
    this.flag = flag;
    this.reading = reading;
    this.byDefault = byDefault;
    this.doc = doc;
  }

  /**
   * Takes one value.
   *
   * @param name as on the command line, without the dashes
   * @param byDefault in its written form, or null for none
   * @param doc a sentence without its full stop
   */
  public static <T> Option<T> one(
      String name, ValueType<T> type, @Nullable String byDefault, String doc) {
    return new Option<>(name, type, false, false, first(type), Default.of(byDefault), doc);
  }

  /** Its default follows from the environment. */
  static <T> Option<T> computed(String name, ValueType<T> type, Default byDefault, String doc) {
    return new Option<>(name, type, false, false, first(type), byDefault, doc);
  }

  /**
   * May be given several times.
   *
   * @param byDefault one value, or null for none
   */
  public static <T> Option<List<T>> many(
      String name, ValueType<T> type, @Nullable String byDefault, String doc) {
    return new Option<>(name, type, true, false, all(type), Default.of(byDefault), doc);
  }

  /** Takes no value on the command line: to be there is to be on. */
  public static Option<Boolean> flag(String name, String doc) {
    OnOff type = new OnOff();
    return new Option<>(name, type, false, true, first(type), Default.of("off"), doc);
  }

  private static <T> Function<List<String>, T> first(ValueType<T> type) {
    return texts -> checked(type, texts.getFirst());
  }

  private static <T> Function<List<String>, List<T>> all(ValueType<T> type) {
    return texts -> {
      List<T> values = new ArrayList<>(texts.size());
      for (String text : texts) {
        values.add(checked(type, text));
      }
      return List.copyOf(values);
    };
  }

  private static <T> T checked(ValueType<T> type, String text) {
    T value = type.parse(text);
    if (value == null) {
      throw new IllegalStateException("read unchecked: " + text);
    }
    return value;
  }

  public String name() {
    return name;
  }

  /** As on the command line. */
  public String commandLineName() {
    return "--" + name;
  }

  public String environmentName() {
    return ENVIRONMENT_PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** In camel case. */
  public String yamlKey() {
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

  public ValueType<?> type() {
    return type;
  }

  public boolean repeatable() {
    return repeatable;
  }

  public boolean takesNoValue() {
    return flag;
  }

  public String doc() {
    return doc;
  }

  public Default byDefault() {
    return byDefault;
  }

  boolean allows(String text) {
    return type.parse(text) != null;
  }

  /** Reads texts that were found to be allowed. */
  T read(List<String> texts) {
    return reading.apply(texts);
  }

  /**
   * What holds where nothing is set.
   *
   * @param doc how the documentation names it
   * @param texts the written form; none where it stays unset
   * @param source what it follows from
   */
  public record Default(
      String doc, Function<Environment, List<String>> texts, Function<Environment, Source> source) {
    Default(String doc, Function<Environment, List<String>> texts) {
      this(doc, texts, _ -> new Source.ByDefault());
    }

    static Default of(@Nullable String text) {
      List<String> texts = text == null ? List.of() : List.of(text);
      return new Default(text == null ? "none" : text, _ -> texts);
    }
  }
}
