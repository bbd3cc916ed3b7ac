package dev.streamgauge.proxy;

import dev.streamgauge.proxy.tls.TlsClosing;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import org.jspecify.annotations.Nullable;

/**
 * A connection's socket, written past the pipeline as long as nothing waits before it. Takes
 * nothing where that can't be: over TLS, without epoll, and on a Unix socket. On one event loop.
 */
final class DirectSocket {
  private final Channel channel;
  private final @Nullable Socket socket;

  private DirectSocket(Channel channel, @Nullable Socket socket) {
    this.channel = channel;
    this.socket = socket;
  }

  /** Of a connection whose handshake is over, if it has one. */
  static DirectSocket of(Channel channel) {
    boolean plain = channel instanceof EpollSocketChannel && !TlsClosing.secure(channel);
    Socket socket = plain && ((EpollSocketChannel) channel).fd() instanceof Socket fd ? fd : null;
    return new DirectSocket(channel, socket);
  }

  /** Whether the socket has taken all that was written so far; false where nobody can tell. */
  boolean tookAll() {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    return socket != null
        && pending != null
        && pending.totalPendingWriteBytes() == 0
        && channel.isOpen();
  }

  /**
   * A FIN behind what was written. False where it is the channel's to send: Netty makes an
   * exception with a stack trace of it, which costs more than all else at a connection's end.
   */
  boolean endOutput() {
    Socket direct = socket;
    if (direct == null || !tookAll()) {
      return false;
    }
    try {
      direct.shutdown(false, true);
      return true;
    } catch (IOException | NotYetConnectedException e) { // the latter: the other side has reset it
      return false;
    }
  }

  /** How many bytes the socket took. Observes. */
  int send(ByteBuf buffer, int from, int to) {
    Socket direct = socket;
    if (direct == null || !tookAll() || !buffer.hasMemoryAddress()) {
      return 0;
    }
    try {
      return direct.sendAddress(buffer.memoryAddress(), from, to);
    } catch (IOException | NotYetConnectedException e) {
      return 0; // the channel's own write meets the same error, and tells of it
    }
  }
}
