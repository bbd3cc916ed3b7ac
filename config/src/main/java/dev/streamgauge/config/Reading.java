package dev.streamgauge.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was read for the options of one command, and all that was wrong with it. Sources are added
 * from the strongest to the weakest; of one option the first source wins, but each is checked.
 */
public final class Reading {
  private final OptionSet set;
  private final Environment environment;
  private final Map<Option<?>, Given> given = new HashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> operands = new ArrayList<>();
  private boolean helpAsked;

  Reading(OptionSet set, Environment environment) {
    this.set = set;
    this.environment = environment;
  }

  public boolean helpAsked() {
    return helpAsked;
  }

  /** Empty: the values may be asked for. */
  public List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** The words that are no options, in their order. */
  public List<String> operands() {
    return List.copyOf(operands);
  }

  /** The value of an option that has a default, or of a repeatable one. */
  public <T> T get(Option<T> option) {
    return option.read(texts(option));
  }

  /** The value of an option without a default; null where it was not given. */
  public <T> @Nullable T find(Option<T> option) {
    List<String> texts = texts(option);
    return texts.isEmpty() ? null : option.read(texts);
  }

  /** Whether it was given anywhere. */
  public boolean isSet(Option<?> option) {
    return given.containsKey(option);
  }

  List<String> texts(Option<?> option) {
    Given found = given.get(option);
    return found == null ? option.byDefault().texts().apply(environment) : found.texts;
  }

  /** A variable that is no option of ours; null where it is not set. */
  @Nullable String variable(String name) {
    return environment.variables().get(name);
  }

  /** Where an option's value comes from. */
  public Source source(Option<?> option) {
    Given found = given.get(option);
    return found == null ? option.byDefault().source().apply(environment) : found.source;
  }

  OptionSet set() {
    return set;
  }

  void askForHelp() {
    helpAsked = true;
  }

  void addOperand(String word) {
    operands.add(word);
  }

  void report(Problem problem) {
    problems.add(problem);
  }

  void add(Option<?> option, String text, Source source) {
    if (!option.allows(text)) {
      report(Problem.badValue(option, text, source));
    }
    Given found = given.get(option);
    if (found == null) {
      given.put(option, new Given(source, new ArrayList<>(List.of(text))));
    } else if (found.source.equals(source)) {
      again(option, text, found);
    }
  }

  private void again(Option<?> option, String text, Given found) {
    if (option.repeatable()) {
      found.texts.add(text);
    } else {
      Source source = found.source;
      report(
          new Problem(source.keyOf(option), "given more than once", source.place(), "at most one"));
    }
  }

  private record Given(Source source, List<String> texts) {}
}
