package dev.streamgauge.proxy;

import dev.streamgauge.config.EnginePageAddress;
import dev.streamgauge.config.EngineSettings;
import dev.streamgauge.proxy.tls.ClientTls;
import dev.streamgauge.telemetry.engine.EngineBoard.Scrape;
import dev.streamgauge.telemetry.engine.PageFormat;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * One look at the model server's page, on a connection of its own that ends with it. Redirects are
 * not followed. On the admin thread.
 */
final class EngineScrape extends SimpleChannelInboundHandler<FullHttpResponse> {
  /** Who is told; exactly once, by one of these. */
  interface Asker {
    void page(byte[] page, @Nullable String contentType);

    /** In a few words why there was none. */
    void none(Scrape why, String words);
  }

  /** Where to ask, and how to get there. */
  record Target(EnginePageAddress address, Upstream server) {}

  private static final String LLAMA_CPP = "llama.cpp";

  private final Target target;
  private final EngineSettings settings;
  private final EventLoop thread;
  private final Asker asker;
  private @Nullable Channel channel;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean done;

  private EngineScrape(Target target, EngineSettings settings, EventLoop thread, Asker asker) {
    this.target = target;
    this.settings = settings;
    this.thread = thread;
    this.asker = asker;
  }

  /** Asks, and tells the asker on the same thread. */
  static void start(
      Target target, EngineSettings settings, EventLoop thread, long nowNanos, Asker asker) {
    EngineScrape scrape = new EngineScrape(target, settings, thread, asker);
    scrape.deadline =
        thread.schedule(
            () -> scrape.fail(Scrape.TIMEOUT, "no answer in time"),
            settings.timeout().toNanos(),
            TimeUnit.NANOSECONDS);
    var _ =
        target
            .server()
            .resolve(nowNanos)
            .whenComplete(
                (address, fault) -> thread.execute(() -> scrape.resolved(address, fault)));
  }

  private void resolved(@Nullable SocketAddress address, @Nullable Throwable fault) {
    if (done) {
      return;
    }
    if (address == null) {
      fail(Scrape.UNREACHABLE, fault == null ? "host unknown" : Upstream.refusal(fault));
      return;
    }
    Upstream server = target.server();
    ChannelFuture connecting =
        new Bootstrap()
            .group(thread)
            .channel(server.transport().channel(server.address()))
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel opened) {
                    opened(opened);
                  }
                })
            .connect(address);
    channel = connecting.channel();
    var _ =
        connecting.addListener(
            connected -> {
              if (!connected.isSuccess()) {
                fail(Scrape.UNREACHABLE, Upstream.refusal(connected.cause()));
              }
            });
  }

  private void opened(Channel opened) {
    ClientTls tls = target.server().tls();
    if (tls != null) {
      SslHandler handler = tls.handler(opened.alloc());
      SSLParameters parameters = handler.engine().getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      handler.engine().setSSLParameters(parameters);
      opened.pipeline().addLast(handler);
    }
    opened
        .pipeline()
        .addLast(new HttpClientCodec())
        .addLast(new HttpObjectAggregator(settings.pageBytesMax()))
        .addLast(this);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target.address().path());
    request
        .headers()
        .set(HttpHeaderNames.HOST, target.server().host())
        .set(HttpHeaderNames.USER_AGENT, "streamgauge")
        .set(HttpHeaderNames.ACCEPT, PageFormat.ACCEPTED)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    var _ = context.writeAndFlush(request);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
    if (answer.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      return; // the answer follows
    }
    if (answer.decoderResult().isFailure()) {
      fail(Scrape.UNREADABLE, "not an answer of HTTP/1.1");
    } else if (!answer.status().equals(HttpResponseStatus.OK)) {
      fail(Scrape.STATUS, words(answer));
    } else if (end()) {
      asker.page(
          ByteBufUtil.getBytes(answer.content()),
          answer.headers().get(HttpHeaderNames.CONTENT_TYPE));
    }
  }

  /** llama.cpp's server answers 501 unless it was started with its option. */
  private static String words(FullHttpResponse answer) {
    String words = "status " + answer.status().code();
    boolean llamaCpp = LLAMA_CPP.equals(answer.headers().get(HttpHeaderNames.SERVER));
    return llamaCpp && answer.status().equals(HttpResponseStatus.NOT_IMPLEMENTED)
        ? words + ", llama.cpp has it with --metrics"
        : words;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(Scrape.UNREACHABLE, "closed without an answer");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof TooLongFrameException) {
      fail(Scrape.TOO_LARGE, "more than " + settings.pageBytesMax() + " bytes");
    } else {
      Throwable within = cause instanceof DecoderException ? cause.getCause() : null;
      fail(Scrape.UNREACHABLE, Upstream.refusal(within == null ? cause : within));
    }
  }

  private void fail(Scrape why, String words) {
    if (end()) {
      asker.none(why, words);
    }
  }

  /** Whether this was its end. */
  private boolean end() {
    if (done) {
      return false;
    }
    done = true;
    ScheduledFuture<?> timer = deadline;
    if (timer != null) {
      timer.cancel(false);
    }
    Channel opened = channel;
    if (opened != null) {
      var _ = opened.close();
    }
    return true;
  }
}
