package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection of HTTP/2, a client or a server: writes the frames that it is told
 * to, right or wrong, and hands out those that come, in any order that is asked for. Acknowledges
 * SETTINGS, and PINGs unless told not to. One thread reads; any may write.
 */
final class Http2Peer implements AutoCloseable {
  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;

  /** More than any test sends. */
  private static final int PLENTY_BYTES = 1 << 30;

  private static final int DEADLINE_MILLIS = 10_000;
  private static final byte[] PREFACE = ScriptedUpstream.ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final DefaultHttp2HeadersDecoder decoder =
      new DefaultHttp2HeadersDecoder(false, 1024 * 1024);

  /** Read, and not asked for yet. */
  private final List<Http2Frame> unread = new ArrayList<>();

  boolean acksPings = true;

  Http2Peer(InputStream in, OutputStream out, Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(in));
    this.out = out;
    socket.setSoTimeout(DEADLINE_MILLIS);
    socket.setTcpNoDelay(true);
  }

  /** A client with prior knowledge, with plenty of windows unless the settings say otherwise. */
  static Http2Peer client(Socket socket, int... settings) throws IOException {
    Http2Peer client = new Http2Peer(socket.getInputStream(), socket.getOutputStream(), socket);
    client.write(PREFACE);
    client.begin(settings);
    return client;
  }

  static Http2Peer client(TestProxy proxy, int... settings) throws IOException {
    return client(proxy.connect(), settings);
  }

  /** Serves one connection. */
  interface Script {
    void serve(Http2Peer peer) throws IOException;
  }

  /** What a {@link ScriptedUpstream} does to speak HTTP/2. */
  static ScriptedUpstream.Script server(Script script, int... settings) {
    return (in, out, socket) -> {
      Http2Peer server = new Http2Peer(in, out, socket);
      assertThat(server.in.readNBytes(PREFACE.length)).isEqualTo(PREFACE);
      server.begin(settings);
      script.serve(server);
    };
  }

  /** A server that answers each request with two bytes, once it is whole. */
  static ScriptedUpstream answering(int... settings) throws IOException {
    return new ScriptedUpstream(
        server(
            server -> {
              while (true) {
                server.answerOk(server.nextWhole());
              }
            },
            settings));
  }

  /** The stream of the next request, whose body has been read. */
  int nextWhole() throws IOException {
    Http2Frame request = nextRequest();
    if (!request.end()) {
      assertThat(answer(request.streamId()).reset()).isNull();
    }
    return request.streamId();
  }

  void answerOk(int streamId) throws IOException {
    headers(streamId, false, ":status", "200", "content-length", "2");
    data(streamId, true, "ok");
  }

  private void begin(int... settings) throws IOException {
    settings(settings.length == 0 ? new int[] {INITIAL_WINDOW_SIZE, PLENTY_BYTES} : settings);
    windowUpdate(0, PLENTY_BYTES);
  }

  // ---- writing

  void write(byte[] bytes) throws IOException {
    synchronized (encoder) {
      out.write(bytes);
      out.flush();
    }
  }

  void frame(int type, int flags, int streamId, byte[] payload) throws IOException {
    write(
        ByteBuffer.allocate(9 + payload.length)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(streamId)
            .put(payload)
            .array());
  }

  private void frame(FrameType type, int flags, int streamId, byte[] payload) throws IOException {
    frame(type.number(), flags, streamId, payload);
  }

  /** A head or a trailer: names and values in turn. */
  void headers(int streamId, boolean end, String... fields) throws IOException {
    synchronized (encoder) {
      int flags = Http2Frame.END_HEADERS | (end ? Http2Frame.END_STREAM : 0);
      frame(FrameType.HEADERS, flags, streamId, block(streamId, fields));
    }
  }

  /** Fields as HPACK packs them; the next block must be one made later. */
  byte[] block(int streamId, String... fields) {
    Http2Headers headers = new DefaultHttp2Headers(false);
    for (int i = 0; i < fields.length; i += 2) {
      headers.add(fields[i], fields[i + 1]);
    }
    ByteBuf block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(streamId, headers, block);
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
    return ByteBufUtil.getBytes(block);
  }

  /** Names and values in turn, of a text with bars between fields and a space behind each name. */
  static String[] fields(String text) {
    return Stream.of(text.split("\\|", -1))
        .flatMap(field -> Stream.of(field.split(" ", 2)))
        .toArray(String[]::new);
  }

  /** A request's head: what every one has, and then these. */
  void request(int streamId, boolean end, String method, String path, String... more)
      throws IOException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of(":method", method, ":scheme", "http", ":path", path, ":authority", "x"));
    all.addAll(List.of(more));
    headers(streamId, end, all.toArray(new String[0]));
  }

  void get(int streamId, String path, String... more) throws IOException {
    request(streamId, true, "GET", path, more);
  }

  void data(int streamId, boolean end, byte[] bytes) throws IOException {
    frame(FrameType.DATA, end ? Http2Frame.END_STREAM : 0, streamId, bytes);
  }

  void data(int streamId, boolean end, String text) throws IOException {
    data(streamId, end, ScriptedUpstream.ascii(text));
  }

  void reset(int streamId, Http2Error error) throws IOException {
    frame(FrameType.RST_STREAM, 0, streamId, ints((int) error.code()));
  }

  void goAway(int lastStreamId, Http2Error error) throws IOException {
    frame(FrameType.GOAWAY, 0, 0, ints(lastStreamId, (int) error.code()));
  }

  void windowUpdate(int streamId, int bytes) throws IOException {
    frame(FrameType.WINDOW_UPDATE, 0, streamId, ints(bytes));
  }

  void ping() throws IOException {
    frame(FrameType.PING, 0, 0, ints(0, 1));
  }

  /** Numbers and values in turn. */
  void settings(int... settings) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(3 * settings.length);
    for (int i = 0; i < settings.length; i += 2) {
      payload.putShort((short) settings[i]).putInt(settings[i + 1]);
    }
    frame(FrameType.SETTINGS, 0, 0, payload.array());
  }

  private static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }

  // ---- reading

  /** The next frame of that type, whatever came before it. */
  Http2Frame next(FrameType type) throws IOException {
    return next(type.toString(), frame -> frame.type() == type && !frame.ack());
  }

  Http2Frame next(FrameType type, int streamId) throws IOException {
    return next(
        type + " on " + streamId, frame -> frame.type() == type && frame.streamId() == streamId);
  }

  /** The next frame of a message on that stream, or its reset. */
  Http2Frame on(int streamId) throws IOException {
    return next("a frame on " + streamId, frame -> frame.streamId() == streamId && isPart(frame));
  }

  private static boolean isPart(Http2Frame frame) {
    return frame.type() == FrameType.HEADERS
        || frame.type() == FrameType.DATA
        || frame.type() == FrameType.RST_STREAM;
  }

  /** The head of the next request. */
  Http2Frame nextRequest() throws IOException {
    return next("a request", frame -> frame.field(":method") != null);
  }

  private Http2Frame next(String what, Predicate<Http2Frame> wanted) throws IOException {
    for (int i = 0; i < unread.size(); i++) {
      if (wanted.test(unread.get(i))) {
        return unread.remove(i);
      }
    }
    try {
      while (true) {
        Http2Frame frame = read();
        if (wanted.test(frame)) {
          return frame;
        }
        unread.add(frame);
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no " + what + " in time, but " + unread, e);
    }
  }

  private Http2Frame read() throws IOException {
    Http2Frame frame = readOne();
    if (frame.type() == FrameType.HEADERS) {
      frame = withFields(frame);
    } else if (frame.type() == FrameType.SETTINGS && !frame.ack()) {
      frame(FrameType.SETTINGS, Http2Frame.ACK, 0, new byte[0]);
    } else if (frame.type() == FrameType.PING && !frame.ack() && acksPings) {
      frame(FrameType.PING, Http2Frame.ACK, 0, frame.payload());
    }
    return frame;
  }

  private Http2Frame readOne() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    FrameType type = FrameType.of(in.readUnsignedByte());
    int flags = in.readUnsignedByte();
    int streamId = in.readInt() & Integer.MAX_VALUE;
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Http2Frame(type, flags, streamId, payload, List.of());
  }

  private Http2Frame withFields(Http2Frame first) throws IOException {
    ByteBuf block = Unpooled.buffer().writeBytes(first.payload());
    Http2Frame last = first;
    while ((last.flags() & Http2Frame.END_HEADERS) == 0) {
      last = readOne();
      assertThat(last.type()).isEqualTo(FrameType.CONTINUATION);
      block.writeBytes(last.payload());
    }
    List<String> fields = new ArrayList<>();
    try {
      decoder
          .decodeHeaders(first.streamId(), block)
          .forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
    } catch (Http2Exception e) {
      throw new AssertionError(e);
    }
    return new Http2Frame(FrameType.HEADERS, first.flags(), first.streamId(), new byte[0], fields);
  }

  /**
   * All that came of an answer.
   *
   * @param reset null if the answer ended as it should
   */
  record Answer(
      List<Http2Frame> interim,
      @Nullable Http2Frame head,
      String body,
      List<String> trailer,
      @Nullable Http2Error reset) {
    String status() {
      return head == null ? "none" : String.valueOf(head.field(":status"));
    }

    @Nullable String field(String name) {
      return head == null ? null : head.field(name);
    }
  }

  /** Reads a stream up to its end, or its reset. */
  Answer answer(int streamId) throws IOException {
    List<Http2Frame> interim = new ArrayList<>();
    Http2Frame head = null;
    StringBuilder body = new StringBuilder();
    List<String> trailer = List.of();
    while (true) {
      Http2Frame frame = on(streamId);
      if (frame.type() == FrameType.RST_STREAM) {
        return new Answer(interim, head, body.toString(), trailer, frame.error());
      } else if (frame.type() == FrameType.DATA) {
        body.append(frame.text());
      } else if (head != null) {
        trailer = frame.fields();
      } else if (String.valueOf(frame.field(":status")).startsWith("1")) {
        interim.add(frame);
      } else {
        head = frame;
      }
      if (frame.end()) {
        return new Answer(interim, head, body.toString(), trailer, null);
      }
    }
  }

  /** Behind this the other side has dealt with all that was written before. */
  void fence() throws IOException {
    ping();
    var _ = next("the PING's ACK", frame -> frame.type() == FrameType.PING && frame.ack());
  }

  /** What was read and not asked for. */
  List<Http2Frame> unread() {
    return List.copyOf(unread);
  }

  boolean noneUnread(FrameType type) {
    return unread.stream().noneMatch(frame -> frame.type() == type);
  }

  /** Reads up to the end of the connection, however it ends. */
  void awaitEnd() throws IOException {
    try {
      while (true) {
        unread.add(read());
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection did not end", e);
    } catch (IOException e) {
      // It has.
    }
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
