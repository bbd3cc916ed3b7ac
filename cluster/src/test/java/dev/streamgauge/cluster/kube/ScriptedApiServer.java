package dev.streamgauge.cluster.kube;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** An API server that answers lists and watches as it is told, down to the socket. */
final class ScriptedApiServer implements AutoCloseable {
  /** What one request gets. */
  @FunctionalInterface
  interface Reply {
    void to(Connection connection) throws IOException, InterruptedException;
  }

  private final ServerSocket socket;
  private final Queue<Reply> lists = new ConcurrentLinkedQueue<>();
  private final Queue<Reply> watches = new ConcurrentLinkedQueue<>();
  private final Queue<Reply> others = new ConcurrentLinkedQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  ScriptedApiServer() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  Endpoint endpoint() {
    URI uri = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    return new Endpoint(uri, null, () -> "secret", "own");
  }

  ScriptedApiServer list(Reply reply) {
    lists.add(reply);
    return this;
  }

  ScriptedApiServer watch(Reply reply) {
    watches.add(reply);
    return this;
  }

  ScriptedApiServer other(Reply reply) {
    others.add(reply);
    return this;
  }

  /** Method, path and query, then the body where there is one. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  List<String> requestsWith(String part) {
    return requests.stream().filter(each -> each.contains(part)).toList();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    socket.close();
    for (Socket each : open) {
      each.close();
    }
  }

  private void accept() {
    while (true) {
      try {
        Socket client = socket.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closing) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
      String request = read(in);
      if (request != null) {
        requests.add(request);
        Reply reply = replies(request).poll();
        Connection connection = new Connection(client, client.getOutputStream());
        (reply == null ? (Reply) Connection::hold : reply).to(connection);
      }
    } catch (IOException gone) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static @Nullable String read(BufferedReader in) throws IOException {
    String first = in.readLine();
    if (first == null) {
      return null;
    }
    int length = 0;
    String line = in.readLine();
    while (line != null && !line.isEmpty()) {
      if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(15).strip());
      }
      line = in.readLine();
    }
    char[] body = new char[length];
    int read = 0;
    while (read < length) {
      read += Math.max(1, in.read(body, read, length - read));
    }
    return first.replace(" HTTP/1.1", "") + (length == 0 ? "" : " " + new String(body));
  }

  private Queue<Reply> replies(String request) {
    if (request.contains("watch=true")) {
      return watches;
    }
    return request.contains("limit=") ? lists : others;
  }

  /** One answer, written piece by piece. */
  final class Connection {
    private final Socket client;
    private final OutputStream out;

    private Connection(Socket client, OutputStream out) {
      this.client = client;
      this.out = out;
    }

    /** An answer of one piece. */
    void answer(int code, String body) throws IOException {
      answer(code, body, "");
    }

    void answer(int code, String body, String headers) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      raw("HTTP/1.1 " + code + " x\r\nConnection: close\r\n" + headers);
      raw("Content-Length: " + bytes.length + "\r\n\r\n");
      out.write(bytes);
      out.flush();
    }

    /** The head of a stream. */
    Connection stream() throws IOException {
      raw("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
      return this;
    }

    Connection line(String json) throws IOException {
      return piece(json + "\n");
    }

    Connection piece(String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      raw(Integer.toHexString(bytes.length) + "\r\n");
      out.write(bytes);
      raw("\r\n");
      return this;
    }

    void end() throws IOException {
      raw("0\r\n\r\n");
    }

    /** RST. */
    void reset() throws IOException {
      client.setSoLinger(true, 0);
      client.close();
    }

    /** Says nothing more until the server is closed. */
    void hold() throws InterruptedException {
      closed.await();
    }

    private void raw(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
  }
}
