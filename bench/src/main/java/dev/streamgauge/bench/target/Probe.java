package dev.streamgauge.bench.target;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Asks over HTTP/1.1, by a plain socket, whether a request comes through to the model server. */
public final class Probe {
  private static final int TIMEOUT_MILLIS = 5000;
  private static final byte[] GET =
      "GET /health HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n".getBytes(US_ASCII);

  /** A gateway answers {@code /health} itself, before it knows its worker. */
  private static final String CHAT =
      "{\"model\":\"bench\",\"stream\":false,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

  private static final byte[] POST =
      ("POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n"
              + "content-type: application/json\r\ncontent-length: "
              + CHAT.length()
              + "\r\n\r\n"
              + CHAT)
          .getBytes(US_ASCII);

  private Probe() {}

  /** One try, which takes as long as the target does. */
  public static boolean answered(Target target) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
      socket.getOutputStream().write(target.kind().isGateway() ? POST : GET);
      byte[] status = socket.getInputStream().readNBytes(12);
      return new String(status, US_ASCII).equals("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }
}
