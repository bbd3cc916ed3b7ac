package dev.streamgauge.otlp.grpc;

import dev.streamgauge.timeline.Ticker;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * Unary calls over one connection of HTTP/2. All state belongs to one event loop, which all senders
 * share. A batch that takes too long, tries included, ends with its connection, so that a collector
 * that hangs holds one batch at most.
 */
final class NettyGrpcSender implements GrpcSender {
  private final GrpcSenderConfig config;
  private final CollectorConnection connection;

  NettyGrpcSender(GrpcSenderConfig config) {
    this.config = config;
    this.connection = new CollectorConnection(config, Shared.LOOP);
  }

  /** One thread for all of them, made with the first. */
  private static final class Shared {
    static final EventLoop LOOP =
        (EventLoop)
            new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("otlp-grpc", true), NioIoHandler.newFactory())
                .next();
  }

  @Override
  public void send(
      MessageWriter message, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
    byte[] framed;
    try {
      framed = FramedMessage.of(message, config.getCompressor());
    } catch (IOException e) {
      onError.accept(e);
      return;
    }
    Delivery delivery = new Delivery(connection, framed, config, Ticker.system(), onResponse);
    Shared.LOOP.execute(delivery::begin);
  }

  @Override
  public CompletableResultCode shutdown() {
    CompletableResultCode done = new CompletableResultCode();
    Shared.LOOP.execute(
        () -> {
          connection.drop();
          done.succeed();
        });
    return done;
  }
}
