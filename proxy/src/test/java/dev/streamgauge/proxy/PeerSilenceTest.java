package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server whose host is gone is given up; one that is quiet, or slow, never. */
@Timeout(30)
final class PeerSilenceTest {
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final EpollTcpInfo info = new EpollTcpInfo();
  private final PeerSilence silence = new PeerSilence(info, 60 * SECOND_NANOS);

  private boolean at(long second, int repeated, long ackAgeSeconds) {
    return silence.tooLong(repeated, 1000 * ackAgeSeconds, second * SECOND_NANOS);
  }

  @Test
  void oneToWhichNothingIsUnderWayIsNot() {
    for (int second = 1; second < 10_000; second++) {
      assertThat(at(second, 0, second)).isFalse();
    }
  }

  @Test
  void whatIsRepeatedInVainForLongIs() {
    for (int second = 1; second < 61; second++) {
      assertThat(at(second, 1 + second / 10, 500 + second)).as("%d", second).isFalse();
    }
    assertThat(at(61, 7, 561)).isTrue();
  }

  @Test
  void eachAcknowledgementBeginsItAnew() {
    assertThat(at(1, 1, 5)).isFalse();
    assertThat(at(50, 1, 10)).isFalse(); // heard at 40
    assertThat(at(99, 3, 59)).isFalse();
    assertThat(at(100, 3, 60)).isTrue();
  }

  @Test
  void whatWasAnsweredIsForgotten() {
    assertThat(at(1, 3, 2)).isFalse();
    assertThat(at(59, 0, 70)).isFalse();
    assertThat(at(100, 1, 110)).isFalse();
  }

  /** For which TCP_USER_TIMEOUT would end the connection: its kernel acknowledges the probes. */
  @Test
  void aServerThatReadsNothingForLongIsNot() throws Exception {
    assumeTrue(Transport.best() == Transport.EPOLL);
    PeerSilence impatient = new PeerSilence(info, SECOND_NANOS);
    EventLoopGroup group = Transport.EPOLL.group(1, "test");
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      server.setReceiveBufferSize(4096);
      Channel channel = connected(group, server);
      try (Socket reader = server.accept()) {
        var written = channel.writeAndFlush(channel.alloc().buffer().writeZero(20_000_000));
        long end = System.nanoTime() + 4 * SECOND_NANOS;
        TestProxy.await(
            "some probes",
            () -> {
              long now = System.nanoTime();
              assertThat(impatient.tooLong(channel, now)).isFalse();
              return now > end;
            });
        assertThat(written.isDone()).isFalse();
        assertThat(channel.isActive()).isTrue();
        assertThat(reader.isConnected()).isTrue();
        channel.close().sync();
      }
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  @Test
  void theKernelAsksAQuietServer() throws Exception {
    assumeTrue(Transport.best() == Transport.EPOLL);
    EventLoopGroup group = Transport.EPOLL.group(1, "test");
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Channel channel = connected(group, server);
      assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
      assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE)).isEqualTo(30);
      assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL)).isEqualTo(10);
      assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPCNT)).isEqualTo(3);
      assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT)).isZero();
    } finally {
      group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  /** That the other end resets at the end of a test is no news. */
  private static final class Quiet extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  private static Channel connected(EventLoopGroup group, ServerSocket server) throws Exception {
    Bootstrap made =
        new Bootstrap().group(group).channel(EpollSocketChannel.class).handler(new Quiet());
    Transport.EPOLL.keepAlive(made);
    return made.connect(server.getInetAddress(), server.getLocalPort()).sync().channel();
  }
}
