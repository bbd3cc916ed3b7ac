package dev.streamgauge.cluster.inject;

import dev.streamgauge.cluster.inject.ShellWord.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Splits a shell script into simple commands and their words (POSIX.1-2024, XCU 2.3). What it does
 * not follow, here-documents and process substitution, ends the reading: then nothing is changed.
 */
final class ShellLexer {
  private static final int NESTING_MAX = 16;

  private final String script;
  private final Variables variables;
  private final List<List<ShellWord>> commands = new ArrayList<>();
  private List<ShellWord> command = new ArrayList<>();
  private int at;

  /** It can't be followed. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String why) {
      super(why);
    }
  }

  ShellLexer(String script, Variables variables) {
    this.script = script;
    this.variables = variables;
  }

  /** The words of each simple command, without redirections. */
  List<List<ShellWord>> commands() throws Unreadable {
    boolean target = false;
    while (at < script.length()) {
      char c = script.charAt(at);
      if (c == ' ' || c == '\t' || c == '\r') {
        at++;
      } else if (c == '\\' && peek(1) == '\n') {
        at += 2;
      } else if (c == '#') {
        skipLine();
      } else if (c == '<' || c == '>' || (c == '&' && peek(1) == '>')) {
        redirection();
        target = true;
      } else if ("\n;&|()".indexOf(c) >= 0) {
        at++;
        endCommand();
        target = false;
      } else {
        ShellWord word = word();
        if (!target && !isDescriptor(word)) {
          command.add(word);
        }
        target = false;
      }
    }
    endCommand();
    return commands;
  }

  private void endCommand() {
    if (!command.isEmpty()) {
      commands.add(command);
      command = new ArrayList<>();
    }
  }

  private void skipLine() {
    int end = script.indexOf('\n', at);
    at = end < 0 ? script.length() : end;
  }

  private void redirection() throws Unreadable {
    if (script.startsWith("<<", at)) {
      throw new Unreadable("a here-document");
    }
    if (script.startsWith("<(", at) || script.startsWith(">(", at)) {
      throw new Unreadable("a process substitution");
    }
    if (script.charAt(at) == '&') {
      at++;
    }
    at++;
    if (at < script.length() && ">&|".indexOf(script.charAt(at)) >= 0) {
      at++;
    }
  }

  /** A number right before a redirection belongs to it. */
  private boolean isDescriptor(ShellWord word) {
    char next = at < script.length() ? script.charAt(at) : ' ';
    return (next == '<' || next == '>')
        && script.substring(word.start(), word.end()).chars().allMatch(Character::isDigit);
  }

  private ShellWord word() throws Unreadable {
    int start = at;
    Parts parts = new Parts();
    while (at < script.length() && " \t\r\n;&|()<>".indexOf(script.charAt(at)) < 0) {
      char c = script.charAt(at);
      switch (c) {
        case '\'' -> {
          int close = closing('\'', at + 1);
          parts.literal(script.substring(at + 1, close));
          at = close + 1;
        }
        case '"' -> doubleQuoted(parts);
        case '\\' -> {
          if (peek(1) != '\n') {
            parts.literal(String.valueOf(peek(1)));
          }
          at = Math.min(at + 2, script.length());
        }
        case '$', '`' -> dollar(parts, false);
        default -> {
          parts.literal(String.valueOf(c));
          at++;
        }
      }
    }
    return new ShellWord(start, at, parts.made());
  }

  private void doubleQuoted(Parts parts) throws Unreadable {
    parts.literal("");
    at++;
    while (peek(0) != '"') {
      if (at >= script.length()) {
        throw new Unreadable("a quote that does not end");
      }
      char c = script.charAt(at);
      if (c == '\\' && at + 1 < script.length()) {
        boolean escapes = "$`\"\\\n".indexOf(peek(1)) >= 0;
        parts.literal(escapes ? peek(1) == '\n' ? "" : String.valueOf(peek(1)) : "\\" + peek(1));
        at += 2;
      } else if (c == '$' || c == '`') {
        dollar(parts, true);
      } else {
        parts.literal(String.valueOf(c));
        at++;
      }
    }
    at++;
  }

  private int closing(char quote, int from) throws Unreadable {
    int close = script.indexOf(quote, from);
    if (close < 0) {
      throw new Unreadable("a quote that does not end");
    }
    return close;
  }

  private void dollar(Parts parts, boolean quoted) throws Unreadable {
    char next = peek(1);
    if (script.charAt(at) == '`') {
      at = closing('`', at + 1) + 1;
      parts.add(new Part.Later(!quoted));
    } else if (next == '(') {
      parenthesis(parts, quoted);
    } else if (next == '{') {
      brace(parts, quoted);
    } else if (ShellWord.isNamePart(next, true)) {
      int end = nameEnd(at + 1);
      parts.add(new Part.Variable(script.substring(at + 1, end), null, quoted));
      at = end;
    } else if ("@*".indexOf(next) >= 0) {
      parts.add(new Part.Later(true));
      at += 2;
    } else if ("#?!$-0123456789".indexOf(next) >= 0) {
      parts.add(new Part.Later(false));
      at += 2;
    } else {
      parts.literal("$");
      at++;
    }
  }

  /** A variable that the kubelet puts in, if the container has it; else a command. */
  private void parenthesis(Parts parts, boolean quoted) throws Unreadable {
    int close = script.indexOf(')', at);
    String name = close < 0 ? "" : script.substring(at + 2, close);
    if (variables.meaning(name) != null) {
      parts.add(new Part.Kubelet(name));
      at = close + 1;
      return;
    }
    at = behind('(', ')', at + 1);
    parts.add(new Part.Later(!quoted));
  }

  private void brace(Parts parts, boolean quoted) throws Unreadable {
    int end = behind('{', '}', at + 1);
    String inside = script.substring(at + 2, end - 1);
    int nameEnd = nameEnd(at + 2) - at - 2;
    String name = inside.substring(0, nameEnd);
    String rest = inside.substring(nameEnd);
    String otherwise = rest.startsWith(":-") ? rest.substring(2) : null;
    boolean plain =
        otherwise == null || otherwise.chars().noneMatch(c -> "$`\"'\\".indexOf(c) >= 0);
    if (name.isEmpty() || !plain || (otherwise == null && !rest.isEmpty())) {
      parts.add(new Part.Later(name.isEmpty()));
    } else {
      parts.add(new Part.Variable(name, otherwise, quoted));
    }
    at = end;
  }

  private int nameEnd(int from) {
    int end = from;
    while (end < script.length() && ShellWord.isNamePart(script.charAt(end), end == from)) {
      end++;
    }
    return end;
  }

  /** Behind the bracket that closes the one at {@code from}; quotes within are stepped over. */
  private int behind(char open, char close, int from) throws Unreadable {
    int depth = 0;
    for (int i = from; i < script.length(); i++) {
      char c = script.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '\'') {
        i = closing('\'', i + 1);
      } else if (c == open) {
        depth++;
        if (depth > NESTING_MAX) {
          throw new Unreadable("brackets nested more than " + NESTING_MAX + " deep");
        }
      } else if (c == close) {
        depth--;
        if (depth == 0) {
          return i + 1;
        }
      }
    }
    throw new Unreadable("a bracket that does not close");
  }

  private char peek(int ahead) {
    return at + ahead < script.length() ? script.charAt(at + ahead) : '\0';
  }

  /** Collects a word; neighbouring literals become one. */
  private static final class Parts {
    private final List<Part> made = new ArrayList<>();
    private @Nullable StringBuilder literal;

    void literal(String text) {
      StringBuilder open = literal;
      if (open == null) {
        literal = new StringBuilder(text);
      } else {
        open.append(text);
      }
    }

    void add(Part part) {
      close();
      made.add(part);
    }

    private void close() {
      StringBuilder open = literal;
      if (open != null) {
        made.add(new Part.Literal(open.toString()));
        literal = null;
      }
    }

    List<Part> made() {
      close();
      return made;
    }
  }
}
