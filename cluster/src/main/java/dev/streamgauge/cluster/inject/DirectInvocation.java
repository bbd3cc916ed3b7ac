package dev.streamgauge.cluster.inject;

import java.util.ArrayList;
import java.util.List;

/** A server started without a shell: each word is an element of command or args. */
final class DirectInvocation implements Invocation {
  private final Container container;
  private final List<Container.Word> before;
  private final List<Container.Word> words;
  private final List<Argument> arguments = new ArrayList<>();

  /** Begins at the word {@code from} of the container's. */
  DirectInvocation(Container container, int from) {
    this.container = container;
    List<Container.Word> all = container.words();
    this.before = all.subList(0, from);
    this.words = new ArrayList<>(all.subList(from, all.size()));
    Variables variables = container.variables();
    for (Container.Word word : words) {
      arguments.add(new Argument(variables.expanded(word.text()), false));
    }
  }

  @Override
  public List<Argument> arguments() {
    return List.copyOf(arguments);
  }

  @Override
  public void replace(int index, String word) {
    words.get(index).set(Variables.literal(word));
    arguments.set(index, new Argument(word, false));
  }

  /** To args; where there are none and command says all, to command. */
  @Override
  public void append(List<String> added) {
    boolean toCommand = container.hasCommand() && Tree.array(container.root(), "args") == null;
    var list = Tree.madeArray(container.root(), toCommand ? "command" : "args");
    for (String word : added) {
      list.add(Variables.literal(word));
      arguments.add(new Argument(word, false));
    }
  }

  @Override
  public boolean assigns(String variable) {
    return before.stream().anyMatch(word -> word.text().startsWith(variable + "="));
  }

  @Override
  public String form() {
    return container.hasCommand() ? "command" : "args";
  }
}
