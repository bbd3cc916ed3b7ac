package dev.streamgauge.cluster.inject;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A container's command that is a script for a shell: {@code sh -c SCRIPT}. */
final class ShellScript {
  private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ash", "zsh", "ksh");

  private final Container container;
  private final Container.Word word;

  private ShellScript(Container container, Container.Word word) {
    this.container = container;
    this.word = word;
  }

  /** Null where the container starts no script of its own. */
  static @Nullable ShellScript of(Container container) {
    List<Container.Word> words = container.words();
    for (int i = 0; i + 2 < words.size(); i++) {
      String program = words.get(i).text();
      if (SHELLS.contains(program.substring(program.lastIndexOf('/') + 1))) {
        return script(container, words, i + 1);
      }
    }
    return null;
  }

  private static @Nullable ShellScript script(
      Container container, List<Container.Word> words, int from) {
    for (int i = from; i + 1 < words.size(); i++) {
      String option = words.get(i).text();
      if (!option.startsWith("-")) {
        return null;
      }
      if (option.matches("-[a-zA-Z]*c")) {
        return new ShellScript(container, words.get(i + 1));
      }
    }
    return null;
  }

  /** The one command that starts this engine; null where none does. */
  @Nullable Invocation invocation(Engine engine) throws CannotInject {
    Commands commands;
    try {
      commands = read();
    } catch (ShellLexer.Unreadable e) {
      if (!mentions(engine)) {
        return null;
      }
      throw new CannotInject(
          RefusalReason.UNREADABLE_COMMAND,
          "container " + container.name() + ": the shell script has " + e.getMessage());
    }
    int found = -1;
    int argumentsAt = -1;
    for (int i = 0; i < commands.words().size(); i++) {
      List<String> texts = commands.arguments(i).stream().map(Invocation.Argument::text).toList();
      int at = engine.start().argumentsAt(texts);
      if (at >= 0) {
        boolean again = engine.start().argumentsAt(texts.subList(at, texts.size())) >= 0;
        if (found >= 0 || again) {
          throw new CannotInject(
              RefusalReason.UNREADABLE_COMMAND,
              "container "
                  + container.name()
                  + ": the shell script starts "
                  + engine.label()
                  + " at several places");
        }
        found = i;
        argumentsAt = at;
      }
    }
    return found < 0 ? null : new InScript(found, argumentsAt, commands);
  }

  /** Whatever it starts: nothing of it can be changed, and its words are not known. */
  Invocation unread() {
    return new Unread();
  }

  private boolean mentions(Engine engine) {
    return engine.start().programs().stream().anyMatch(word.text()::contains)
        || engine.start().modules().stream().anyMatch(word.text()::contains);
  }

  private Commands read() throws ShellLexer.Unreadable {
    Variables variables = container.variables();
    List<List<ShellWord>> words = new ShellLexer(word.text(), variables).commands();
    Map<String, String> assigned = new HashMap<>();
    for (List<ShellWord> command : words) {
      for (ShellWord each : command) {
        String name = each.assigned();
        if (name != null) {
          String value = each.meant(variables, assigned).text().substring(name.length() + 1);
          // set twice: which of them counts is not followed
          boolean again = assigned.containsKey(name);
          assigned.put(name, again ? String.valueOf(Variables.UNKNOWN) : value);
        }
      }
    }
    return new Commands(words, assigned, variables);
  }

  /** The simple commands of the script as it is now. */
  private record Commands(
      List<List<ShellWord>> words, Map<String, String> assigned, Variables variables) {
    List<Invocation.Argument> arguments(int command) {
      List<Invocation.Argument> arguments = new ArrayList<>();
      for (ShellWord each : words.get(command)) {
        arguments.add(each.meant(variables, assigned));
      }
      return arguments;
    }
  }

  /** All of a script, where nobody knows which of its commands starts the server. */
  private final class Unread implements Invocation {
    @Override
    public List<Argument> arguments() {
      return List.of(new Argument(String.valueOf(Variables.UNKNOWN), true));
    }

    @Override
    public void replace(int index, String text) {
      throw new UnsupportedOperationException("nothing of a script that is not read");
    }

    @Override
    public void append(List<String> words) {
      throw new UnsupportedOperationException("nothing to a script that is not read");
    }

    /** A name and = without a $ before it; a comment counts, too. */
    @Override
    public boolean assigns(String variable) {
      String name = Pattern.quote(variable);
      return Pattern.compile("(?<![\\w$])" + name + "=").matcher(word.text()).find();
    }

    @Override
    public String form() {
      return "shell script";
    }
  }

  /** The words of one command of the script; a change is one of the script's text. */
  private final class InScript implements Invocation {
    private final int command;
    private final int from;
    private Commands commands;

    private InScript(int command, int from, Commands commands) {
      this.command = command;
      this.from = from;
      this.commands = commands;
    }

    @Override
    public List<Argument> arguments() {
      List<Argument> all = commands.arguments(command);
      return all.subList(from, all.size());
    }

    @Override
    public void replace(int index, String text) {
      ShellWord old = commands.words().get(command).get(from + index);
      splice(old.start(), old.end(), text);
    }

    @Override
    public void append(List<String> words) {
      ShellWord last = commands.words().get(command).getLast();
      splice(last.end(), last.end(), " " + String.join(" ", words));
    }

    private void splice(int start, int end, String text) {
      String script = word.text();
      word.set(script.substring(0, start) + text + script.substring(end));
      try {
        commands = read();
      } catch (ShellLexer.Unreadable e) {
        throw new IllegalStateException("a script that could be read before", e);
      }
    }

    @Override
    public boolean assigns(String variable) {
      return commands.assigned().containsKey(variable);
    }

    @Override
    public String form() {
      return "shell script";
    }
  }
}
