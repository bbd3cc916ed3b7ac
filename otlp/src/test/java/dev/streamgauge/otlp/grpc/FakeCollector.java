package dev.streamgauge.otlp.grpc;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A gRPC server that answers each call by the next of its words; behind the last one by OK. */
final class FakeCollector implements AutoCloseable {
  /** What it does with a call whose message has come. */
  interface Word {
    void say(Channel call);
  }

  /**
   * A call that came.
   *
   * @param framed its message with the prefix
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Seen(Http2Headers fields, byte[] framed) {}

  final List<Seen> seen = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();
  private final Queue<Word> words = new ConcurrentLinkedQueue<>();
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel listener;

  FakeCollector(Word... words) {
    this(null, words);
  }

  FakeCollector(@Nullable SslContext tls, Word... words) {
    this.words.addAll(List.of(words));
    this.listener =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.incrementAndGet();
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(Http2FrameCodecBuilder.forServer().build())
                        .addLast(new Http2MultiplexHandler(new Calls()))
                        .addLast(new Faults());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** A status alone; fields are names and values in turn. */
  static Word status(int status, String... fields) {
    return call -> {
      Http2Headers head = head("application/grpc").add("grpc-status", Integer.toString(status));
      for (int i = 0; i < fields.length; i += 2) {
        head.add(fields[i], fields[i + 1]);
      }
      var _ = call.writeAndFlush(new DefaultHttp2HeadersFrame(head, true));
    };
  }

  /** OK with these bytes where the message stands, prefix included. */
  static Word message(byte[] framed) {
    return call -> {
      var _ = call.write(new DefaultHttp2HeadersFrame(head("application/grpc"), false));
      var _ = call.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(framed), false));
      Http2Headers trailer = new DefaultHttp2Headers().add("grpc-status", "0");
      var _ = call.writeAndFlush(new DefaultHttp2HeadersFrame(trailer, true));
    };
  }

  static Word http(String status, String type) {
    return call -> {
      Http2Headers head = new DefaultHttp2Headers().status(status).add("content-type", type);
      var _ = call.write(new DefaultHttp2HeadersFrame(head, false));
      var _ =
          call.writeAndFlush(
              new DefaultHttp2DataFrame(ByteBufUtil.writeAscii(call.alloc(), "<html>"), true));
    };
  }

  static Word silence() {
    return _ -> {};
  }

  static Word reset(Http2Error error) {
    return call -> {
      var _ = call.writeAndFlush(new DefaultHttp2ResetFrame(error));
    };
  }

  /** Answers this call, and takes no more on this connection, which it leaves open. */
  static Word lastCall() {
    return call -> {
      Http2GoAwayFrame noMore = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
      var _ = call.parent().writeAndFlush(noMore);
      status(0).say(call);
    };
  }

  static Word hangUp() {
    return call -> {
      var _ = call.parent().close();
    };
  }

  private static Http2Headers head(String type) {
    return new DefaultHttp2Headers().status("200").add("content-type", type);
  }

  /** Of a client that will have no TLS with it. */
  private static final class Faults extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  /** One for each call. */
  private final class Calls extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel call) {
      call.pipeline().addLast(new Reader());
    }
  }

  private final class Reader extends ChannelInboundHandlerAdapter {
    private final ByteBuf message = Unpooled.buffer();
    private Http2Headers fields = new DefaultHttp2Headers();

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      if (frame instanceof Http2HeadersFrame head) {
        fields = head.headers();
      } else if (frame instanceof Http2DataFrame data) {
        message.writeBytes(data.content());
        if (data.isEndStream()) {
          seen.add(new Seen(fields, ByteBufUtil.getBytes(message)));
          Word word = words.poll();
          (word == null ? status(0) : word).say(context.channel());
        }
      }
      ReferenceCountUtil.release(frame);
    }
  }
}
