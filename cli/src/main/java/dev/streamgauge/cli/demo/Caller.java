package dev.streamgauge.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** Sends one request and reads its answer away, or leaves in the middle. Blocks. */
final class Caller {
  private static final int READ_BYTES = 8 * 1024;
  private static final int CONNECT_MILLIS_MAX = 2_000;

  private final InetSocketAddress proxy;

  Caller(InetSocketAddress proxy) {
    this.proxy = proxy;
  }

  /** Kinds of requests, as they come in life: mostly streams, and some of them fail. */
  private enum Kind {
    CHAT(50, "/v1/chat/completions", true, ""),
    REASONING(12, "/v1/chat/completions", true, "reasoning=30"),
    TOOLS(8, "/v1/chat/completions", true, "tools;tokens=uniform(10,40)"),
    COMPLETION(10, "/v1/completions", true, ""),
    WHOLE(8, "/v1/chat/completions", false, "tokens=uniform(5,20)"),
    LEAVING(3, "/v1/chat/completions", true, "tokens=200"),
    STALLED(2, "/v1/chat/completions", true, "fault=stall;stall=1500ms"),
    STREAM_ERROR(2, "/v1/chat/completions", true, "fault=error_in_stream;after=10"),
    TRUNCATED(2, "/v1/chat/completions", true, "fault=truncate;after=10"),
    RESET(1, "/v1/chat/completions", true, "fault=reset;after=5"),
    BROKEN(1, "/v1/chat/completions", true, "fault=http_500"),
    REFUSED(1, "/v1/chat/completions", true, "fault=http_429");

    private final int weight;
    private final String path;
    private final boolean stream;
    private final String wishes;

    Kind(int weight, String path, boolean stream, String wishes) {
      this.weight = weight;
      this.path = path;
      this.stream = stream;
      this.wishes = wishes;
    }

    static Kind draw(RandomGenerator random) {
      int sum = 0;
      for (Kind kind : values()) {
        sum += kind.weight;
      }
      int drawn = random.nextInt(sum);
      for (Kind kind : values()) {
        drawn -= kind.weight;
        if (drawn < 0) {
          return kind;
        }
      }
      return CHAT;
    }

    /** Continuous usage, so that the tokens of each piece are known. */
    String body() {
      return stream
          ? """
            {"model":"demo","stream":true,"messages":[{"role":"user","content":"How high is it?"}],\
            "stream_options":{"include_usage":true,"continuous_usage_stats":true}}"""
          : """
            {"model":"demo","messages":[{"role":"user","content":"How high is it?"}]}""";
    }
  }

  void call(RandomGenerator random) {
    Kind kind = Kind.draw(random);
    try (Socket socket = new Socket()) {
      socket.connect(proxy, CONNECT_MILLIS_MAX);
      socket.getOutputStream().write(request(kind).getBytes(StandardCharsets.UTF_8));
      readAway(socket.getInputStream(), kind == Kind.LEAVING);
    } catch (IOException e) {
      // what went wrong is in the proxy's record: nothing else is shown
    }
  }

  private static String request(Kind kind) {
    String body = kind.body();
    return "POST "
        + kind.path
        + " HTTP/1.1\r\nHost: demo\r\nConnection: close\r\nContent-Type: application/json\r\n"
        + "x-simulate: "
        + kind.wishes
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static void readAway(InputStream in, boolean leaves) throws IOException {
    byte[] bytes = new byte[READ_BYTES];
    int left = leaves ? READ_BYTES : Integer.MAX_VALUE;
    while (left > 0) {
      int read = in.read(bytes);
      if (read < 0) {
        return;
      }
      left -= leaves ? read : 0;
    }
  }
}
