package dev.streamgauge.config;

import java.util.List;

/** Takes {@code --name value} and {@code --name=value}; {@code --} ends the options. */
final class CommandLineReader {
  private static final Source SOURCE = new Source.CommandLine();

  private final OptionSet set;
  private final Reading reading;

  CommandLineReader(OptionSet set, Reading reading) {
    this.set = set;
    this.reading = reading;
  }

  void read(List<String> args) {
    int at = 0;
    while (at < args.size()) {
      String word = args.get(at);
      if (word.equals("--")) {
        args.subList(at + 1, args.size()).forEach(this::operand);
        return;
      }
      at += take(word, args.subList(at + 1, args.size()));
    }
  }

  /** Returns how many words were taken. */
  private int take(String word, List<String> behind) {
    if (word.equals("--help") || word.equals("-h")) {
      reading.askForHelp();
      return 1;
    }
    if (!word.startsWith("-") || word.equals("-")) {
      operand(word);
      return 1;
    }
    int equals = word.indexOf('=');
    return option(equals < 0 ? word : word.substring(0, equals), word, equals, behind);
  }

  private int option(String name, String word, int equals, List<String> behind) {
    String next = behind.isEmpty() ? "--" : behind.getFirst();
    Option<?> option = set.named(name);
    if (option == null) {
      unknown(name);
      return equals < 0 && !next.startsWith("-") ? 2 : 1;
    }
    if (equals >= 0) {
      reading.add(option, word.substring(equals + 1), SOURCE);
      return 1;
    }
    if (option.takesNoValue()) {
      reading.add(option, "on", SOURCE);
      return 1;
    }
    if (next.startsWith("--")) {
      reading.report(new Problem(name, "no value", SOURCE.place(), option.type().allowed()));
      return 1;
    }
    if (option.type().goesOn(next) && behind.size() > 1) {
      reading.add(option, next + " " + behind.get(1), SOURCE);
      return 3;
    }
    reading.add(option, next, SOURCE);
    return 2;
  }

  private void unknown(String name) {
    String expected = set.nearest(name, Option::commandLineName);
    reading.report(new Problem(name, "unknown option", SOURCE.place(), expected));
  }

  private void operand(String word) {
    if (set.takesOperands()) {
      reading.addOperand(word);
    } else {
      String quoted = Problem.quoted(word);
      reading.report(new Problem(quoted, "unexpected", SOURCE.place(), "options only"));
    }
  }
}
