package dev.streamgauge.proxy;

import dev.streamgauge.config.UpstreamAddress;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** The kernel's own interface where it is there, Java's elsewhere. */
public enum Transport {
  EPOLL,
  NIO;

  public static Transport best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  public MultiThreadIoEventLoopGroup group(int threads, String name) {
    IoHandlerFactory factory =
        this == EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), factory);
  }

  public Class<? extends ServerChannel> serverChannel() {
    return this == EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  Class<? extends Channel> channel(UpstreamAddress address) {
    return switch (address) {
      case UpstreamAddress.Tcp _ ->
          this == EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
      case UpstreamAddress.Unix _ ->
          this == EPOLL ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
    };
  }

  /**
   * Has the kernel ask a server that has been quiet for 30 s whether it is still there, every 10 s,
   * and takes it for gone behind the third that has no answer. Any host that is up answers, however
   * slow its server is.
   */
  void keepAlive(Bootstrap made) {
    made.option(ChannelOption.SO_KEEPALIVE, true);
    if (this == EPOLL) {
      made.option(EpollChannelOption.TCP_KEEPIDLE, 30)
          .option(EpollChannelOption.TCP_KEEPINTVL, 10)
          .option(EpollChannelOption.TCP_KEEPCNT, 3);
    }
  }

  SocketAddress unix(Path path) {
    return this == EPOLL
        ? new DomainSocketAddress(path.toString())
        : UnixDomainSocketAddress.of(path);
  }
}
