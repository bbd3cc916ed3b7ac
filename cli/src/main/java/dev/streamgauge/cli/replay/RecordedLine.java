package dev.streamgauge.cli.replay;

import dev.streamgauge.cli.replay.RecordedEvent.Kind;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads one line of a recording: a flat JSON object of strings and whole numbers. */
final class RecordedLine {
  private static final byte[] NO_BYTES = {};

  private final String line;
  private int at;
  private @Nullable Long nanos;
  private @Nullable Long connection;
  private @Nullable String direction;
  private @Nullable String base64;
  private @Nullable String event;

  private RecordedLine(String line) {
    this.line = line;
  }

  /** Whether this is the first line, which describes the recording. */
  static boolean isMeta(String line) {
    return line.startsWith("{\"meta\":");
  }

  static RecordedEvent parse(String line) throws BadRecording {
    RecordedLine reader = new RecordedLine(line);
    reader.readFields();
    return reader.event();
  }

  private void readFields() throws BadRecording {
    expect('{');
    do {
      String name = string();
      expect(':');
      field(name);
    } while (taken(','));
    expect('}');
    skipSpace();
    if (at != line.length()) {
      throw new BadRecording("text after the object");
    }
  }

  private void field(String name) throws BadRecording {
    switch (name) {
      case "t" -> nanos = number();
      case "conn" -> connection = number();
      case "dir" -> direction = string();
      case "b64" -> base64 = string();
      case "ev" -> event = string();
      case "err" -> string();
      default -> throw new BadRecording("unknown field " + name);
    }
  }

  private RecordedEvent event() throws BadRecording {
    if (nanos == null || connection == null) {
      throw new BadRecording("t or conn is missing");
    }
    if (direction != null && !direction.equals("c2s") && !direction.equals("s2c")) {
      throw new BadRecording("dir: " + direction + " (expected: c2s or s2c)");
    }
    boolean fromClient = "c2s".equals(direction);
    if ((base64 == null) == (event == null) || (base64 != null && direction == null)) {
      throw new BadRecording("expected either dir and b64, or ev");
    }
    Kind kind = event == null ? Kind.READ : kind(event);
    byte[] bytes = base64 == null ? NO_BYTES : decoded(base64);
    return new RecordedEvent(nanos, connection, fromClient, kind, bytes);
  }

  private static Kind kind(String event) throws BadRecording {
    return switch (event) {
      case "open" -> Kind.OPEN;
      case "eof" -> Kind.EOF;
      case "rst" -> Kind.RST;
      case "send-failed" -> Kind.SEND_FAILED;
      case "connect-failed" -> Kind.CONNECT_FAILED;
      case "close" -> Kind.CLOSE;
      default -> throw new BadRecording("unknown ev " + event);
    };
  }

  private static byte[] decoded(String base64) throws BadRecording {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new BadRecording("b64: " + e.getMessage());
    }
  }

  private long number() throws BadRecording {
    skipSpace();
    int start = at;
    while (at < line.length() && (Character.isDigit(line.charAt(at)) || line.charAt(at) == '-')) {
      at++;
    }
    try {
      return Long.parseLong(line, start, at, 10);
    } catch (NumberFormatException e) {
      throw new BadRecording("no whole number at column " + (start + 1));
    }
  }

  /** Escapes stay as they are: no field that is used has any. */
  private String string() throws BadRecording {
    expect('"');
    int start = at;
    while (at < line.length() && line.charAt(at) != '"') {
      at += line.charAt(at) == '\\' ? 2 : 1;
    }
    if (at >= line.length()) {
      throw new BadRecording("the line ends inside a string");
    }
    return line.substring(start, at++);
  }

  private void expect(char wanted) throws BadRecording {
    if (!taken(wanted)) {
      throw new BadRecording("expected " + wanted + " at column " + (at + 1));
    }
  }

  private boolean taken(char wanted) {
    skipSpace();
    if (at < line.length() && line.charAt(at) == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
  }
}
