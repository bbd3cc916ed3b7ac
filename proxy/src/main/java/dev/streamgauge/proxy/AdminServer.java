package dev.streamgauge.proxy;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.telemetry.Rendered;
import dev.streamgauge.telemetry.Telemetry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Metrics and health, on a thread of its own: nothing that happens here can hold up a stream. */
public final class AdminServer {
  private static final int REQUEST_BYTES_MAX = 64 * 1024;
  private static final int CONNECT_MILLIS_MAX = 500;

  private final ProxyServer proxy;
  private final Telemetry telemetry;
  private final MultiThreadIoEventLoopGroup group;
  private final Transport transport = Transport.best();

  public AdminServer(ProxyServer proxy, Telemetry telemetry) {
    this.proxy = proxy;
    this.telemetry = telemetry;
    this.group = transport.group(1, "admin");
  }

  /** Starts to listen and returns the address; a port in use is named in the exception. */
  public InetSocketAddress start(HostPort address) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(transport.serverChannel())
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(REQUEST_BYTES_MAX))
                        .addLast(new Handler());
                  }
                })
            .bind(new InetSocketAddress(address.host(), address.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      throw new IOException("admin: " + address + " (" + bound.cause().getMessage() + ")");
    }
    return (InetSocketAddress) bound.channel().localAddress();
  }

  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      boolean keepAlive = HttpUtil.isKeepAlive(request);
      String path = request.uri();
      int query = path.indexOf('?');
      switch (query < 0 ? path : path.substring(0, query)) {
        case "/metrics" -> metrics(context, request, keepAlive);
        case "/healthz" -> answer(context, keepAlive, HttpResponseStatus.OK, "ok\n");
        case "/readyz" -> ready(context, keepAlive);
        case "/drain" -> drain(context, keepAlive);
        case "/status" -> status(context, keepAlive);
        default -> answer(context, keepAlive, HttpResponseStatus.NOT_FOUND, "not found\n");
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }

    private void metrics(
        ChannelHandlerContext context, FullHttpRequest request, boolean keepAlive) {
      Rendered page =
          telemetry.render(
              request.headers().get(HttpHeaderNames.ACCEPT),
              request.headers().get(HttpHeaderNames.ACCEPT_ENCODING));
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(page.body()));
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, page.contentType());
      String encoding = page.contentEncoding();
      if (encoding != null) {
        response.headers().set(HttpHeaderNames.CONTENT_ENCODING, encoding);
      }
      send(context, keepAlive, response);
    }

    /** Looks whether the upstream accepts, on a thread of its own: a connect may take its time. */
    private void ready(ChannelHandlerContext context, boolean keepAlive) {
      if (proxy.draining()) {
        answer(context, keepAlive, HttpResponseStatus.SERVICE_UNAVAILABLE, "draining\n");
        return;
      }
      Thread.ofPlatform()
          .daemon()
          .name("readiness")
          .start(
              () -> {
                boolean accepts = upstreamAccepts();
                context
                    .executor()
                    .execute(
                        () ->
                            answer(
                                context,
                                keepAlive,
                                accepts
                                    ? HttpResponseStatus.OK
                                    : HttpResponseStatus.SERVICE_UNAVAILABLE,
                                accepts ? "ready\n" : "the upstream does not accept\n"));
              });
    }

    private void drain(ChannelHandlerContext context, boolean keepAlive) {
      var _ =
          proxy
              .drain()
              .thenRun(
                  () ->
                      context
                          .executor()
                          .execute(
                              () ->
                                  answer(context, keepAlive, HttpResponseStatus.OK, "drained\n")));
    }

    private void status(ChannelHandlerContext context, boolean keepAlive) {
      String json =
          "{\"draining\":" + proxy.draining() + ",\"in_flight\":" + proxy.inFlight() + "}\n";
      FullHttpResponse response = text(HttpResponseStatus.OK, json);
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
      send(context, keepAlive, response);
    }

    private void answer(
        ChannelHandlerContext context, boolean keepAlive, HttpResponseStatus code, String body) {
      send(context, keepAlive, text(code, body));
    }

    private FullHttpResponse text(HttpResponseStatus code, String body) {
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, code, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
      return response;
    }

    private void send(ChannelHandlerContext context, boolean keepAlive, FullHttpResponse response) {
      HttpUtil.setContentLength(response, response.content().readableBytes());
      HttpUtil.setKeepAlive(response, keepAlive);
      ChannelFuture written = context.writeAndFlush(response);
      if (!keepAlive) {
        var _ = written.addListener(ChannelFutureListener.CLOSE);
      }
    }
  }

  private boolean upstreamAccepts() {
    try {
      SocketAddress address =
          proxy.resolveUpstream().get(CONNECT_MILLIS_MAX, TimeUnit.MILLISECONDS);
      if (!(address instanceof InetSocketAddress)) {
        return true;
      }
      try (Socket socket = new Socket()) {
        socket.connect(address, CONNECT_MILLIS_MAX);
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (IOException | ExecutionException | TimeoutException e) {
      return false;
    }
  }
}
