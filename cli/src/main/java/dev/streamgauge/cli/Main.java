package dev.streamgauge.cli;

import java.io.PrintStream;
import java.util.List;

/** The program: picks the command by the first word. */
public final class Main {
  public static final int OK = 0;
  public static final int FAILED = 1;
  public static final int WRONG_USE = 2;

  private Main() {}

  public static void main(String[] args) {
    int code = run(List.of(args), System.out, System.err);
    System.out.flush();
    System.exit(code);
  }

  static int run(List<String> args, PrintStream out, PrintStream err) {
    if (args.isEmpty()) {
      err.print(help());
      return WRONG_USE;
    }
    return switch (args.getFirst()) {
      case "--help", "-h", "help" -> print(help(), out);
      case "--version" -> print("streamgauge " + version() + "\n", out);
      default -> command(args, out, err);
    };
  }

  private static int print(String text, PrintStream out) {
    out.print(text);
    return OK;
  }

  private static int command(List<String> args, PrintStream out, PrintStream err) {
    String word = args.getFirst();
    for (Command command : Commands.all()) {
      if (command.name().equals(word)) {
        return command.run(args.subList(1, args.size()), out, err);
      }
    }
    err.println("streamgauge: " + word + ": unknown command (expected: " + names() + ")");
    return WRONG_USE;
  }

  private static String names() {
    return String.join(", ", Commands.all().stream().map(Command::name).toList());
  }

  /** The text of {@code streamgauge --help}. */
  static String help() {
    StringBuilder text = new StringBuilder();
    text.append("Usage: streamgauge COMMAND [OPTION...]\n\nCommands:\n");
    for (Command command : Commands.all()) {
      String padding = " ".repeat(Math.max(1, 11 - command.name().length()));
      text.append("  ").append(command.name()).append(padding).append(command.summary());
      text.append('\n');
    }
    text.append("\nstreamgauge COMMAND --help shows a command's options; --version the version.\n");
    return text.toString();
  }

  /** Of the packaged program; {@code dev} where it runs from classes. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
