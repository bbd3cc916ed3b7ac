package dev.streamgauge.proxy.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the TLS handler and tells of the end of what the other side sends as a plain
 * connection does, so that the handlers behind it need to know nothing of TLS: its close_notify is
 * a FIN. A FIN without one is a FIN from a client, who leaves either way; from a server it is a
 * reset, since anybody on the way could have cut the answer there (RFC 8446 section 6.1). On one
 * event loop.
 */
public final class TlsEnd extends ChannelInboundHandlerAdapter {
  private final boolean cutIsReset;
  private final @Nullable HandshakeFailures failures;
  private boolean ended;

  private TlsEnd(boolean cutIsReset, @Nullable HandshakeFailures failures) {
    this.cutIsReset = cutIsReset;
    this.failures = failures;
  }

  public static TlsEnd ofClient(HandshakeFailures failures) {
    return new TlsEnd(false, failures);
  }

  public static TlsEnd ofServer() {
    return new TlsEnd(true, null);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    switch (event) {
      case SslCloseCompletionEvent closed when closed.isSuccess() -> end(context);
      case ChannelInputShutdownEvent _ -> cut(context);
      case SslHandshakeCompletionEvent handshake -> {
        note(handshake.cause());
        context.fireUserEventTriggered(event);
      }
      default -> context.fireUserEventTriggered(event);
    }
  }

  private void end(ChannelHandlerContext context) {
    if (!ended) {
      ended = true;
      context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }
  }

  private void cut(ChannelHandlerContext context) {
    if (!cutIsReset) {
      end(context);
    } else if (!ended) {
      ended = true;
      context.fireExceptionCaught(new IOException("closed without TLS close_notify"));
    }
  }

  /** One that only looks whether the port is open fails nothing. */
  private void note(@Nullable Throwable failure) {
    if (failures != null && failure != null && !(failure instanceof ClosedChannelException)) {
      failures.add(failure);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (cutIsReset) {
      cut(context);
    }
    context.fireChannelInactive();
  }

  /** What is wrong with the records is a fault of the connection, not one of ours. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    boolean wrapped = cause instanceof DecoderException && cause.getCause() instanceof SSLException;
    context.fireExceptionCaught(wrapped ? cause.getCause() : cause);
  }
}
