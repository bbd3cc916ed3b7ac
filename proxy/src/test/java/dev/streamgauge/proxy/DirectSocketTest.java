package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class DirectSocketTest {
  /** What the event loop does with a connection, before it hears of anything. */
  private interface Work {
    void on(Channel channel, Socket otherSide) throws Exception;
  }

  private static void withConnection(Work work) throws Exception {
    assumeTrue(Transport.best() == Transport.EPOLL);
    EventLoopGroup group = Transport.EPOLL.group(1, "test");
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Channel channel =
          new Bootstrap()
              .group(group)
              .channel(EpollSocketChannel.class)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(server.getInetAddress(), server.getLocalPort())
              .sync()
              .channel();
      try (Socket otherSide = server.accept()) {
        channel
            .eventLoop()
            .submit(
                () -> {
                  work.on(channel, otherSide);
                  return null;
                })
            .sync();
        channel.close().sync();
      }
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  private static void reset(Socket otherSide) throws Exception {
    otherSide.setSoLinger(true, 0);
    otherSide.close();
  }

  @Test
  void whatIsWrittenArrivesAndTheEndBehindIt() throws Exception {
    withConnection(
        (channel, otherSide) -> {
          DirectSocket socket = DirectSocket.of(channel);
          ByteBuf bytes = channel.alloc().directBuffer().writeBytes(new byte[] {1, 2, 3});
          assertThat(socket.send(bytes, 1, 3)).isEqualTo(2);
          bytes.release();
          assertThat(socket.endOutput()).isTrue();
          assertThat(otherSide.getInputStream().readAllBytes()).containsExactly(2, 3);
        });
  }

  @Test
  void nothingOvertakesWhatWaits() throws Exception {
    withConnection(
        (channel, otherSide) -> {
          DirectSocket socket = DirectSocket.of(channel);
          var _ = channel.write(channel.alloc().directBuffer().writeByte(1));
          ByteBuf bytes = channel.alloc().directBuffer().writeByte(2);
          assertThat(socket.tookAll()).isFalse();
          assertThat(socket.send(bytes, 0, 1)).isZero();
          assertThat(socket.endOutput()).isFalse();
          bytes.release();
        });
  }

  /** The kernel says then that there is no connection, of which Netty makes another exception. */
  @Test
  void toAConnectionThatWasResetNothingIsSentAndNothingThrown() throws Exception {
    withConnection(
        (channel, otherSide) -> {
          DirectSocket socket = DirectSocket.of(channel);
          reset(otherSide);
          assertThat(socket.endOutput()).isFalse();
        });
    withConnection(
        (channel, otherSide) -> {
          DirectSocket socket = DirectSocket.of(channel);
          reset(otherSide);
          ByteBuf bytes = channel.alloc().directBuffer().writeByte(2);
          assertThat(socket.send(bytes, 0, 1)).isZero();
          assertThat(socket.endOutput()).isFalse();
          bytes.release();
        });
  }
}
