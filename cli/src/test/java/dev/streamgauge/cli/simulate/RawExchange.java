package dev.streamgauge.cli.simulate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One connection of a client that sends plain text and takes answers apart by hand. */
final class RawExchange implements AutoCloseable {
  /** How an answer's bytes ended. */
  enum End {
    CLEAN,
    /** FIN before the end that the framing promised. */
    CUT,
    RESET,
    MALFORMED
  }

  /**
   * One answer.
   *
   * @param chunks the pieces that HTTP's chunks made; of another body one
   */
  record Reply(int status, String head, List<String> chunks, End end) {
    String body() {
      return String.join("", chunks);
    }

    @Nullable String header(String name) {
      for (String line : head.split("\r\n", -1)) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
          return line.substring(name.length() + 1).strip();
        }
      }
      return null;
    }
  }

  private static final int PATIENCE_MILLIS = 20_000;

  final Socket socket;
  private final InputStream in;

  RawExchange(InetSocketAddress address) throws IOException {
    socket = new Socket();
    socket.connect(address);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = socket.getInputStream();
  }

  /** Asks alone on a connection. */
  static Reply post(InetSocketAddress address, String path, String wishes, String body)
      throws IOException {
    try (RawExchange exchange = new RawExchange(address)) {
      exchange.send(request(path, wishes, body));
      return exchange.reply();
    }
  }

  static String request(String path, String wishes, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: sim\r\nx-simulate: "
        + wishes
        + "\r\nContent-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads to the end of one answer. */
  Reply reply() throws IOException {
    String head = head();
    List<String> chunks = new ArrayList<>();
    int status = status(head);
    if (status < 0) {
      return new Reply(status, head, chunks, head.isEmpty() ? End.CUT : End.MALFORMED);
    }
    Reply empty = new Reply(status, head, chunks, End.CLEAN);
    String length = empty.header("content-length");
    End end;
    try {
      if (empty.header("transfer-encoding") != null) {
        end = chunked(chunks);
      } else {
        end = length == null ? untilClose(chunks) : sized(chunks, length);
      }
    } catch (SocketException e) {
      end = End.RESET;
    }
    return new Reply(status, head, chunks, end);
  }

  private static int status(String head) {
    return head.matches("(?s)HTTP/1\\.1 [0-9]{3} .*")
        ? Integer.parseInt(head.substring(9, 12))
        : -1;
  }

  private String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      head.append((char) b);
    }
    return head.toString();
  }

  private End untilClose(List<String> chunks) throws IOException {
    chunks.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    return End.CLEAN;
  }

  private End sized(List<String> chunks, String length) throws IOException {
    if (!length.matches("[0-9]+")) {
      return End.MALFORMED;
    }
    byte[] body = exactly(Integer.parseInt(length));
    chunks.add(new String(body, StandardCharsets.UTF_8));
    return body.length == Integer.parseInt(length) ? End.CLEAN : End.CUT;
  }

  private End chunked(List<String> chunks) throws IOException {
    while (true) {
      String line = line();
      if (!line.matches("[0-9a-f]+")) {
        return line.isEmpty() ? End.CUT : End.MALFORMED;
      }
      int size = Integer.parseInt(line, 16);
      byte[] chunk = exactly(size);
      if (chunk.length < size || exactly(2).length < 2) {
        return End.CUT;
      }
      if (size == 0) {
        return End.CLEAN;
      }
      chunks.add(new String(chunk, StandardCharsets.UTF_8));
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.append((char) b);
      }
    }
    return line.toString();
  }

  /** Fewer where the stream ends. Keeps what came before a reset. */
  private byte[] exactly(int count) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(count);
    while (bytes.size() < count) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      bytes.write(b);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
