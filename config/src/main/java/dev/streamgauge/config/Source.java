package dev.streamgauge.config;

import java.nio.file.Path;

/** Where a value was set. */
public sealed interface Source {
  /** As in "on the command line". */
  String place();

  /** How the option is written there. */
  default String keyOf(Option<?> option) {
    return switch (this) {
      case CommandLine _, ByDefault _, Derived _ -> option.commandLineName();
      case Variable _ -> option.environmentName();
      case File _ -> option.yamlKey();
    };
  }

  record CommandLine() implements Source {
    @Override
    public String place() {
      return "on the command line";
    }
  }

  record Variable() implements Source {
    @Override
    public String place() {
      return "in the environment";
    }
  }

  record File(Path path) implements Source {
    @Override
    public String place() {
      return "in " + path;
    }
  }

  /** Set nowhere, but it follows from a variable that is no option. */
  record Derived(String variable) implements Source {
    @Override
    public String place() {
      return "from " + variable + " in the environment";
    }
  }

  record ByDefault() implements Source {
    @Override
    public String place() {
      return "by default";
    }
  }
}
