package dev.streamgauge.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The options of one command, and how its command line is read. */
public final class OptionSet {
  private final List<Option<?>> options;
  private final Map<String, Option<?>> byName = new HashMap<>();
  private final boolean operands;

  private OptionSet(List<Option<?>> options, boolean operands) {
    this.options = List.copyOf(options);
    this.operands = operands;
    for (Option<?> option : options) {
      byName.put(option.commandLineName(), option);
    }
  }

  /** Takes options only. */
  public static OptionSet of(List<Option<?>> options) {
    return new OptionSet(options, false);
  }

  /** Takes words that are no options, too: {@code replay FILE...}. */
  public static OptionSet withOperands(List<Option<?>> options) {
    return new OptionSet(options, true);
  }

  public List<Option<?>> options() {
    return options;
  }

  /** Reads a command line alone: neither environment nor file. */
  public Reading read(List<String> args) {
    Reading reading = new Reading(this, new Environment(Map.of(), 1));
    readCommandLine(args, reading);
    return reading;
  }

  /** Command line, then environment, then the file of {@code --config}, if that is an option. */
  public Reading read(List<String> args, Environment environment) {
    Reading reading = new Reading(this, environment);
    readCommandLine(args, reading);
    if (reading.helpAsked()) {
      return reading;
    }
    new VariablesReader(this, reading).read(environment.variables());
    if (options.contains(ProxyOptions.CONFIG)) {
      readFile(reading);
    }
    return reading;
  }

  private void readFile(Reading reading) {
    List<String> texts = reading.texts(ProxyOptions.CONFIG);
    String file = texts.isEmpty() ? null : texts.getFirst();
    if (file != null && ProxyOptions.CONFIG.allows(file)) {
      new FileReader(this, reading, ProxyOptions.configPath(file)).read();
    }
  }

  void readCommandLine(List<String> args, Reading reading) {
    new CommandLineReader(this, reading).read(args);
  }

  @Nullable Option<?> named(String commandLineName) {
    return byName.get(commandLineName);
  }

  boolean takesOperands() {
    return operands;
  }

  /** What else could have been meant, for a message. */
  String nearest(String word, Function<Option<?>, String> form) {
    List<String> known = new ArrayList<>();
    for (Option<?> option : options) {
      known.add(form.apply(option));
    }
    String near = Nearest.to(word, known);
    return near == null ? "one of those that --help lists" : near + ", or others that --help lists";
  }

  /** The lines of {@code --help} about the options. */
  public String help() {
    StringBuilder text = new StringBuilder();
    for (Option<?> option : options) {
      String value = option.takesNoValue() ? "" : " " + option.type().placeholder();
      text.append("  ").append(option.commandLineName()).append(value);
      text.append(option.repeatable() ? "   (repeatable)\n" : "\n");
      text.append("      ").append(option.doc()).append('.');
      if (!option.takesNoValue()) {
        text.append(" Default: ").append(option.byDefault().doc()).append('.');
      }
      text.append('\n');
    }
    return text.append("  --help\n      Shows this.\n").toString();
  }
}
