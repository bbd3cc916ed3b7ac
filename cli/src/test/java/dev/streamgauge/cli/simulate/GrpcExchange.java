package dev.streamgauge.cli.simulate;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.PatternPool;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.ResponseReader;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection in HTTP/2 that knows nothing of messages: what a call brings is kept as it came. */
final class GrpcExchange implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel connection;

  GrpcExchange(InetSocketAddress address) {
    connection =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(Http2FrameCodecBuilder.forClient().build())
                        .addLast(new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                  }
                })
            .connect(address)
            .syncUninterruptibly()
            .channel();
  }

  /** A whole call with one request. */
  static Call call(InetSocketAddress address, String path, String wishes, byte[] message) {
    try (GrpcExchange exchange = new GrpcExchange(address)) {
      return exchange.begin(path, wishes).send(message).end().await();
    }
  }

  Call begin(String path, String wishes) {
    Call call = new Call(path);
    call.channel =
        new Http2StreamChannelBootstrap(connection)
            .handler(call)
            .open()
            .syncUninterruptibly()
            .getNow();
    Http2Headers head =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme("http")
            .path(path)
            .authority("localhost")
            .set("content-type", "application/grpc")
            .set("te", "trailers")
            .set(Wishes.HEADER, wishes);
    call.channel.writeAndFlush(new DefaultHttp2HeadersFrame(head)).syncUninterruptibly();
    return call;
  }

  boolean isOpen() {
    return connection.isActive();
  }

  @Override
  public void close() {
    connection.close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** How a call ended. */
  enum End {
    /** With trailers, or a head that is all. */
    STATUS,
    /** The stream's end, without trailers. */
    BARE,
    RESET,
    CONNECTION
  }

  /** One call's answer. */
  static final class Call extends ChannelInboundHandlerAdapter {
    private final String path;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ConcurrentHashMap<String, String> fields = new ConcurrentHashMap<>();
    final List<byte[]> data = new CopyOnWriteArrayList<>();
    volatile End end = End.CONNECTION;
    int heads;
    private @Nullable Channel channel;

    private Call(String path) {
      this.path = path;
    }

    private Channel channel() {
      Channel opened = channel;
      if (opened == null) {
        throw new IllegalStateException("not open");
      }
      return opened;
    }

    Call send(byte[] message) {
      channel()
          .writeAndFlush(new DefaultHttp2DataFrame(GrpcMessages.framed(message)))
          .syncUninterruptibly();
      return this;
    }

    Call end() {
      var _ = channel().writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
      return this;
    }

    Call leave() {
      channel().close().syncUninterruptibly();
      return this;
    }

    Call await() {
      try {
        if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("no end after " + data.size() + " pieces");
        }
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return this;
    }

    @Nullable String field(String name) {
      return fields.get(name);
    }

    /** Whole ones. */
    int messages() {
      ByteBuf all = Unpooled.buffer();
      data.forEach(all::writeBytes);
      int count = 0;
      int at = 0;
      while (at + GrpcMessages.PREFIX_BYTES <= all.writerIndex()) {
        at += GrpcMessages.PREFIX_BYTES + all.getInt(at + 1);
        count++;
      }
      return count;
    }

    /** What the product's reader says, cut as the pieces came. */
    ReadAnswer read() {
      ReadAnswer answer = new ReadAnswer();
      ResponseReader reader =
          ResponseReader.open(
              new RequestFacts("POST", path, operation(), null, null),
              200,
              field("content-type"),
              null,
              null,
              ReaderLimits.defaults(),
              new PatternPool(1),
              answer);
      for (byte[] piece : data) {
        reader.read(piece, 0, piece.length);
      }
      if (end == End.STATUS) {
        reader.end();
      }
      reader.close();
      answer.dialect = reader.dialect();
      return answer;
    }

    private Operation operation() {
      return path.endsWith("Infer") ? Operation.INFER : Operation.GENERATE;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Http2HeadersFrame frame) {
        heads++;
        frame.headers().forEach(e -> fields.put(e.getKey().toString(), e.getValue().toString()));
        end = frame.isEndStream() ? End.STATUS : end;
      } else if (message instanceof Http2DataFrame frame) {
        byte[] bytes = ByteBufUtil.getBytes(frame.content());
        if (bytes.length > 0) {
          data.add(bytes);
        }
        end = frame.isEndStream() ? End.BARE : end;
      }
      ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof Http2ResetFrame) {
        end = End.RESET;
      }
      ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      closed.countDown();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}
