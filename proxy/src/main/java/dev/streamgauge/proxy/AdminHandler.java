package dev.streamgauge.proxy;

import dev.streamgauge.config.DurationValue;
import dev.streamgauge.config.Observe;
import dev.streamgauge.config.ObserveValue;
import dev.streamgauge.telemetry.GateView;
import dev.streamgauge.telemetry.PageForm;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers one admin connection, one request at a time. The next one waits unread; one that came
 * along with a request whose answer takes time is dropped, and the connection closes behind that
 * answer.
 */
final class AdminHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  /** Before a drain. */
  private static final DurationValue AFTER =
      new DurationValue(Duration.ZERO, Duration.ofMinutes(1));

  private static final ObserveValue OBSERVE = new ObserveValue();

  private final Channel channel;
  private final ProxyServer proxy;
  private final SharedPage page;
  private final Readiness readiness;
  private final AdminConnections connections;
  private final AdminAccess access;
  private final Supplier<GateView> gate;
  private final AdminFiles files;
  private final AdminLive live;
  private AdminLive.@Nullable Seat seat;
  private SharedPage.@Nullable Reader waiting;
  private boolean answering;
  private boolean writing;
  private boolean pipelined;

  AdminHandler(
      Channel channel,
      ProxyServer proxy,
      SharedPage page,
      Readiness readiness,
      AdminConnections connections,
      AdminAccess access,
      Supplier<GateView> gate,
      AdminFiles files,
      AdminLive live) {
    this.channel = channel;
    this.proxy = proxy;
    this.page = page;
    this.readiness = readiness;
    this.connections = connections;
    this.access = access;
    this.gate = gate;
    this.files = files;
    this.live = live;
  }

  /** A request is in hand: its answer is not yet made, or not yet taken by the socket. */
  boolean busy() {
    return answering || writing;
  }

  void close() {
    var _ = channel.close();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (seat != null) {
      close(); // it has an answer without an end
      return;
    }
    if (busy()) {
      pipelined = true;
      return;
    }
    answering = true;
    channel.config().setAutoRead(false);
    Asked asked = new Asked(request);
    if (request.decoderResult().isFailure()) {
      asked.answer(HttpResponseStatus.BAD_REQUEST, "not a request that is understood\n");
    } else {
      checked(asked, request);
    }
  }

  private void checked(Asked asked, FullHttpRequest request) {
    String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
    switch (access.verdict(asked.path, authorization, channel.remoteAddress())) {
      case TOKEN_NEEDED -> asked.answer(HttpResponseStatus.UNAUTHORIZED, "a token is needed\n");
      case NOT_FROM_THERE ->
          asked.answer(
              HttpResponseStatus.FORBIDDEN, "without a token only this machine may ask for that\n");
      case GRANTED -> {
        if (allowed(request.method(), asked.path)) {
          route(asked, request);
        } else {
          HttpHeaders headers = new DefaultHttpHeaders();
          headers.set(HttpHeaderNames.ALLOW, "GET, " + other(asked.path));
          asked.answer(
              HttpResponseStatus.METHOD_NOT_ALLOWED,
              headers,
              "GET, HEAD; /drain, /observe: GET, POST\n");
        }
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    SharedPage.Reader left = waiting;
    if (left != null) {
      page.forget(left);
    }
    AdminLive.Seat watching = seat;
    if (watching != null) {
      seat = null;
      watching.leave();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    close();
  }

  /** Nothing was read or written for long; a drain that takes its time is waited for. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent && !answering) {
      close();
    }
  }

  private void route(Asked asked, FullHttpRequest request) {
    switch (asked.path) {
      case "/metrics" -> metrics(asked, form(request));
      case "/metrics/engine" -> metrics(asked, form(request).withEnginePage());
      case "/healthz" -> asked.answer(HttpResponseStatus.OK, "ok\n");
      case "/readyz" -> ready(asked);
      case "/drain" -> drain(asked);
      case "/observe" -> observe(asked, request.method());
      case "/status" -> status(asked);
      case "/api/live" -> watch(asked);
      default -> file(asked, request);
    }
  }

  private static boolean allowed(HttpMethod method, String path) {
    return method.equals(HttpMethod.GET) || method.equals(other(path));
  }

  private static HttpMethod other(String path) {
    return AdminAccess.changes(path) ? HttpMethod.POST : HttpMethod.HEAD;
  }

  private static PageForm form(FullHttpRequest request) {
    return PageForm.of(
        request.headers().get(HttpHeaderNames.ACCEPT),
        request.headers().get(HttpHeaderNames.ACCEPT_ENCODING));
  }

  /** A hook can't wait before it asks: those who still send here would meet a drained proxy. */
  private void drain(Asked asked) {
    String after = asked.parameter("after");
    Duration wait = after == null ? Duration.ZERO : AFTER.parse(after);
    if (wait == null) {
      asked.answer(HttpResponseStatus.BAD_REQUEST, "after: expected: " + AFTER.allowed() + "\n");
    } else {
      var _ =
          channel
              .eventLoop()
              .schedule(
                  () -> asked.later(proxy.drain("/drain on the admin port"), _ -> "drained\n"),
                  wait.toMillis(),
                  TimeUnit.MILLISECONDS);
    }
  }

  /** Says which requests are read; POST changes it first. */
  private void observe(Asked asked, HttpMethod method) {
    Observation observation = proxy.observation();
    String to = asked.parameter("to");
    Observe next = to == null ? observation.now() : OBSERVE.parse(to);
    boolean post = method.equals(HttpMethod.POST);
    if (next == null || post != (to != null)) {
      String expected = next == null ? "to: expected: " + OBSERVE.allowed() : "POST changes: ?to=";
      asked.answer(HttpResponseStatus.BAD_REQUEST, expected + "\n");
      return;
    }
    if (post) {
      observation.change(next);
    }
    asked.answer(HttpResponseStatus.OK, next + "\n");
  }

  private void metrics(Asked asked, PageForm form) {
    AskedForPage reader = new AskedForPage(asked, form);
    waiting = reader;
    page.ask(reader);
  }

  private void file(Asked asked, FullHttpRequest request) {
    AdminFiles.Held file = files.at(asked.path);
    if (file == null) {
      asked.answer(HttpResponseStatus.NOT_FOUND, "not found\n");
    } else {
      AdminFileAnswer answer = AdminFileAnswer.of(file, request.headers());
      var _ = asked.send(answer.status(), answer.headers(), answer.body());
    }
  }

  private void watch(Asked asked) {
    if (live.full()) {
      asked.answer(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          AdminLive.VIEWERS_MAX + " are looking already; try again later\n");
    } else if (asked.headOnly) {
      var _ = asked.send(HttpResponseStatus.OK, AdminEvents.headers(), Unpooled.EMPTY_BUFFER);
    } else {
      AdminEvents events = new AdminEvents(channel);
      events.begin(asked.chunked);
      seat = live.join(events);
      channel.config().setAutoRead(true); // so that its leaving is seen
    }
  }

  private void ready(Asked asked) {
    if (proxy.draining()) {
      asked.answer(HttpResponseStatus.SERVICE_UNAVAILABLE, "draining\n");
    } else if (saturated() && !proxy.settings().engine().readyWhenSaturated()) {
      asked.answer(HttpResponseStatus.SERVICE_UNAVAILABLE, "saturated\n");
    } else {
      asked.later(
          readiness.look(), accepts -> accepts ? "ready\n" : "the upstream does not accept\n");
    }
  }

  private boolean saturated() {
    Double ratio = gate.get().saturationRatio();
    return ratio != null && ratio >= 1;
  }

  private void status(Asked asked) {
    var _ =
        asked.send(
            HttpResponseStatus.OK,
            HttpHeaderValues.APPLICATION_JSON.toString(),
            null,
            Unpooled.copiedBuffer(proxy.stateJson(), StandardCharsets.UTF_8));
  }

  /** The socket has taken the answer. */
  private void answered(boolean kept) {
    writing = false;
    if (kept && !pipelined) {
      connections.becameIdle(this);
      channel.config().setAutoRead(true);
    } else {
      close();
    }
  }

  /** One request and the way its answer goes. */
  private final class Asked {
    private final boolean keepAlive;
    private final boolean headOnly;

    /** What has no known length can be told apart from what follows: RFC 9112 section 7.1. */
    private final boolean chunked;

    private final String path;
    private final String query;

    private Asked(FullHttpRequest request) {
      this.keepAlive = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
      this.headOnly = request.method().equals(HttpMethod.HEAD);
      this.chunked = request.protocolVersion().isKeepAliveDefault();
      String uri = request.uri();
      int mark = uri.indexOf('?');
      this.path = mark < 0 ? uri : uri.substring(0, mark);
      this.query = mark < 0 ? "" : uri.substring(mark + 1);
    }

    /**
     * As it stands there, but for escapes; null where it is not given. Given twice, no value fits.
     */
    private @Nullable String parameter(String name) {
      try {
        List<String> values = new QueryStringDecoder("?" + query).parameters().get(name);
        return values == null ? null : String.join(";", values);
      } catch (IllegalArgumentException e) {
        return ""; // an escape that is none
      }
    }

    private <T> void later(CompletableFuture<T> result, Wording<T> wording) {
      var _ =
          result.thenAccept(
              value ->
                  channel
                      .eventLoop()
                      .execute(
                          () ->
                              answer(
                                  Boolean.FALSE.equals(value)
                                      ? HttpResponseStatus.SERVICE_UNAVAILABLE
                                      : HttpResponseStatus.OK,
                                  wording.of(value))));
    }

    private void answer(HttpResponseStatus code, String text) {
      answer(code, new DefaultHttpHeaders(), text);
    }

    private void answer(HttpResponseStatus code, HttpHeaders headers, String text) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
      var _ = send(code, headers, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    /** Takes ownership of the body. */
    private ChannelFuture send(
        HttpResponseStatus code, String contentType, @Nullable String coding, ByteBuf body) {
      HttpHeaders headers = new DefaultHttpHeaders();
      headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
      if (coding != null) {
        headers.set(HttpHeaderNames.CONTENT_ENCODING, coding);
      }
      return send(code, headers, body);
    }

    /** Takes ownership of the body. */
    private ChannelFuture send(HttpResponseStatus code, HttpHeaders headers, ByteBuf body) {
      int length = body.readableBytes();
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, code, headOnly ? Unpooled.EMPTY_BUFFER : body);
      if (headOnly) {
        body.release();
      }
      response.headers().set(headers);
      if (code.equals(HttpResponseStatus.UNAUTHORIZED)) {
        response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"streamgauge\"");
      }
      if (!code.equals(HttpResponseStatus.NOT_MODIFIED)) {
        HttpUtil.setContentLength(response, length);
      }
      boolean kept = keepAlive && !pipelined;
      HttpUtil.setKeepAlive(response, kept);
      answering = false;
      writing = true;
      return channel
          .writeAndFlush(response)
          .addListener(written -> answered(kept && written.isSuccess()));
    }
  }

  /** A request for the metrics page. */
  private final class AskedForPage implements SharedPage.Reader {
    private final Asked asked;
    private final PageForm form;

    private AskedForPage(Asked asked, PageForm form) {
      this.asked = asked;
      this.form = form;
    }

    @Override
    public PageForm form() {
      return form;
    }

    @Override
    public ChannelFuture page(ByteBuf body, String contentType) {
      waiting = null;
      return asked.send(HttpResponseStatus.OK, contentType, form.contentEncoding(), body);
    }

    @Override
    public void failed() {
      waiting = null;
      asked.answer(HttpResponseStatus.INTERNAL_SERVER_ERROR, "the page could not be made\n");
    }

    @Override
    public void close() {
      AdminHandler.this.close();
    }
  }

  /** The text of an answer that comes later. */
  private interface Wording<T> {
    String of(T value);
  }
}
