package dev.streamgauge.cluster.inject;

import dev.streamgauge.cluster.inject.Invocation.Argument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a container starts its model server.
 *
 * @param invocation null where the image's own command is used, which is not seen
 */
record ServerStart(Container container, Engine engine, @Nullable Invocation invocation) {

  /** Null where no engine is recognized. */
  static @Nullable ServerStart find(Container container) throws CannotInject {
    for (Engine engine : Engine.values()) {
      ServerStart found = find(container, engine);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The same for one that somebody named: then the words are its own, whatever they are. */
  static ServerStart named(Container container, Engine engine) throws CannotInject {
    ServerStart found = find(container, engine);
    if (found != null) {
      return found;
    }
    Invocation invocation = container.words().isEmpty() ? null : everyWord(container);
    return new ServerStart(container, engine, invocation);
  }

  /** The same for a server that takes its port by a variable, so that a script may start it. */
  static ServerStart byVariable(Container container, Engine engine) throws CannotInject {
    ShellScript script = ShellScript.of(container);
    ServerStart found = find(container, engine);
    return found != null || script == null
        ? named(container, engine)
        : new ServerStart(container, engine, script.unread());
  }

  private static @Nullable ServerStart find(Container container, Engine engine)
      throws CannotInject {
    ShellScript script = ShellScript.of(container);
    if (script != null) {
      Invocation invocation = script.invocation(engine);
      return invocation == null ? null : new ServerStart(container, engine, invocation);
    }
    List<String> words = expandedWords(container);
    int at = engine.start().argumentsAt(words);
    if (at >= 0) {
      if (engine.start().argumentsAt(words.subList(at, words.size())) >= 0) {
        throw new CannotInject(
            RefusalReason.UNREADABLE_COMMAND,
            "container " + container.name() + " starts " + engine.label() + " more than once");
      }
      return new ServerStart(container, engine, new DirectInvocation(container, at));
    }
    if (!container.hasCommand() && Images.is(engine, container.image())) {
      Invocation invocation = words.isEmpty() ? null : new DirectInvocation(container, 0);
      return new ServerStart(container, engine, invocation);
    }
    return null;
  }

  private static Invocation everyWord(Container container) throws CannotInject {
    if (ShellScript.of(container) != null) {
      throw new CannotInject(
          RefusalReason.UNREADABLE_COMMAND,
          "container "
              + container.name()
              + ": the shell script starts no server that is known (expected: "
              + Settings.PORT_VARIABLE.annotation()
              + ", or "
              + Settings.MODE.annotation()
              + "=beside)");
    }
    return new DirectInvocation(container, 0);
  }

  private static List<String> expandedWords(Container container) {
    Variables variables = container.variables();
    return container.words().stream().map(word -> variables.expanded(word.text())).toList();
  }

  /** One of several processes that serve as one, and not the one that clients go to. */
  boolean takesNoRequests() {
    return switch (engine) {
      case VLLM -> has(List.of("--headless"));
      case SGLANG -> {
        String rank = option(List.of("--node-rank"));
        yield rank != null && rank.matches("[1-9][0-9]*");
      }
      case TGI, LLAMACPP, OLLAMA, TRITON, MLSERVER, TRTLLM, GENERIC -> false;
    };
  }

  /** The value of the first of these options that is there; null where none is. */
  @Nullable String option(List<String> flags) {
    Value found = value(flags);
    return found == null ? null : found.text();
  }

  boolean has(List<String> flags) {
    for (Argument argument : arguments()) {
      for (String flag : flags) {
        if (argument.text().equals(flag) || argument.text().startsWith(flag + "=")) {
          return true;
        }
      }
    }
    return false;
  }

  /** Of an option given several times the last one, which is what counts. */
  @Nullable Value value(List<String> flags) {
    Value found = null;
    List<Argument> arguments = arguments();
    for (int i = 0; i < arguments.size(); i++) {
      String text = arguments.get(i).text();
      for (String flag : flags) {
        if (text.equals(flag)) {
          boolean last = i + 1 == arguments.size();
          found = new Value(i + 1, "", last ? "" : arguments.get(i + 1).text());
        } else if (text.startsWith(flag + "=")) {
          found = new Value(i, flag + "=", text.substring(flag.length() + 1));
        }
      }
    }
    return found != null && found.index < arguments.size() ? found : null;
  }

  /** Where an option's value stands, and what stands before it in the same word. */
  record Value(int index, String prefix, String text) {}

  List<Argument> arguments() {
    return invocation == null ? List.of() : invocation.arguments();
  }

  /** Words that may turn out to be options of which nothing is seen here. */
  List<String> openWords() {
    List<String> open = new ArrayList<>();
    List<Argument> arguments = arguments();
    for (int i = 0; i < arguments.size(); i++) {
      Argument argument = arguments.get(i);
      boolean unknown =
          !argument.text().isEmpty() && argument.text().charAt(0) == Variables.UNKNOWN;
      if (argument.open() || (unknown && !isValue(arguments, i))) {
        open.add(argument.text());
      }
    }
    return open;
  }

  /** The model's name is the first word of some, and others are values of the option before. */
  private static boolean isValue(List<Argument> arguments, int index) {
    if (index == 0) {
      return true;
    }
    String before = arguments.get(index - 1).text();
    return before.startsWith("-") && before.indexOf('=') < 0;
  }
}
