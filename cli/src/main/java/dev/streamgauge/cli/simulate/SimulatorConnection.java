package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import dev.streamgauge.cli.simulate.Answer.Ending;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: requests are answered in order, one at a time. What is pipelined waits,
 * up to {@value #WAITING_OBJECTS_MAX} heads and pieces of bodies; past that the connection is
 * closed. All on its event loop.
 */
final class SimulatorConnection extends ChannelInboundHandlerAdapter {
  private static final int WAITING_OBJECTS_MAX = 1024;
  private static final long LINGER_SECONDS = 1;
  private static final byte[] CONTINUE = utf8("HTTP/1.1 100 Continue\r\n\r\n");
  private static final byte[] NO_HEAD = utf8("HTTP/1.1 2OO OK\r\nthis is no head\r\n\r\n");

  private final Serving serving;
  private final Deque<HttpObject> waiting = new ArrayDeque<>();
  private @Nullable SimulatedRequest request;
  private @Nullable Answer answer;
  private @Nullable DeadlineTimer idle;
  private boolean pumping;
  private boolean closing;
  private boolean closesOnReuse;

  SimulatorConnection(Serving serving) {
    this.serving = serving;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    Channel channel = context.channel();
    idle = new DeadlineTimer(channel.eventLoop(), serving.ticker(), () -> close(channel));
    startIdling();
  }

  private void startIdling() {
    Duration timeout = serving.settings().idleTimeout();
    if (timeout != null && idle != null) {
      idle.at(serving.ticker().nanos() + timeout.toNanos());
    }
  }

  private void stopIdling() {
    if (idle != null) {
      idle.cancel();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (closing || !(message instanceof HttpObject object)) {
      ReferenceCountUtil.release(message);
      return;
    }
    waiting.add(object);
    pump(context.channel());
    if (waiting.size() > WAITING_OBJECTS_MAX) {
      end(context.channel(), Ending.FIN);
    }
  }

  /** Takes what waits until an answer has to be awaited. */
  private void pump(Channel channel) {
    if (pumping) {
      return;
    }
    pumping = true;
    while (answer == null && !closing) {
      HttpObject object = waiting.poll();
      if (object == null) {
        break;
      }
      try {
        take(channel, object);
      } finally {
        ReferenceCountUtil.release(object);
      }
    }
    pumping = false;
  }

  private void take(Channel channel, HttpObject object) {
    if (object.decoderResult().isFailure()) {
      answerJson(channel, 400, "no HTTP request");
      end(channel, Ending.FIN);
      return;
    }
    if (object instanceof HttpRequest head) {
      begin(channel, head);
    }
    SimulatedRequest current = request;
    if (object instanceof HttpContent content && current != null && !closing) {
      read(current.body, content.content());
      if (content instanceof LastHttpContent) {
        answer(channel, current);
      }
    }
  }

  private void begin(Channel channel, HttpRequest head) {
    stopIdling();
    if (closesOnReuse) {
      end(channel, Ending.FIN);
      return;
    }
    SimulatedRequest current = new SimulatedRequest(serving, head);
    request = current;
    serving.stats().requestBegan();
    if (current.fault != null) {
      serving.stats().failed(current.fault);
    }
    if (current.fault == Fault.EARLY_413) {
      answerJson(channel, 413, "the request is too large (simulated)");
      end(channel, Ending.FIN);
    } else if (current.continueExpected) {
      var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), channel.voidPromise());
    }
  }

  private static void read(RequestBody body, ByteBuf content) {
    byte[] bytes = ByteBufUtil.getBytes(content);
    body.read(bytes, 0, bytes.length);
  }

  private void answer(Channel channel, SimulatedRequest current) {
    Route route = current.route;
    Integer status = current.wishes.status;
    Refusal refused = route == null ? null : current.refusal(route);
    if (route == null) {
      answerAtOnce(channel, 404, "no such path");
    } else if (!route.allows(current.method)) {
      answerAtOnce(channel, 405, "no such method");
    } else if (current.refusal != null) {
      answerAtOnce(channel, 400, current.refusal);
    } else if (!route.answers()) {
      write(channel, 200, page(route));
      ended(channel, Ending.KEEP);
    } else if (refused != null) {
      write(channel, 400, current.error(serving.settings(), refused));
      ended(channel, Ending.KEEP);
    } else if (status != null) {
      answerAtOnce(channel, status, "the engine refuses (simulated)");
    } else {
      generate(channel, current, route);
    }
  }

  private void answerAtOnce(Channel channel, int status, String message) {
    answerJson(channel, status, message);
    ended(channel, Ending.KEEP);
  }

  private String page(Route route) {
    SimulatorSettings settings = serving.settings();
    return switch (route) {
      case MODELS ->
          "{\"object\":\"list\",\"data\":[{\"id\":"
              + JsonText.quoted(settings.model())
              + ",\"object\":\"model\",\"created\":"
              + Serving.CREATED_SECONDS
              + ",\"owned_by\":\""
              + settings.style().label()
              + "\"}]}";
      case HEALTH -> "{\"status\":\"ok\"}";
      case STATS -> serving.stats().json();
      default -> throw new IllegalArgumentException("no page");
    };
  }

  private void generate(Channel channel, SimulatedRequest current, Route route) {
    switch (current.fault) {
      case HTTP_500 -> answerAtOnce(channel, 500, "the engine is broken (simulated)");
      case HTTP_429 -> answerAtOnce(channel, 429, "too many requests (simulated)");
      case BAD_HEAD -> {
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(NO_HEAD), channel.voidPromise());
        end(channel, Ending.FIN);
      }
      case NO_ANSWER -> begin(new NoAnswer());
      case null, default -> begin(inItsSlot(channel, current, route));
    }
  }

  private void begin(Answer next) {
    answer = next;
    next.begin();
  }

  private Answer inItsSlot(Channel channel, SimulatedRequest current, Route route) {
    Answer.Ended whenEnded = ending -> ended(channel, ending);
    Slots slots = serving.slots();
    return slots == null
        ? planned(channel, current, route, whenEnded)
        : new SlottedAnswer(
            slots,
            channel.eventLoop(),
            whenEnded,
            ended -> planned(channel, current, route, ended));
  }

  private Answer planned(
      Channel channel, SimulatedRequest current, Route route, Answer.Ended whenEnded) {
    SimulatorSettings settings = serving.settings();
    AnswerPlan plan = current.plan(settings, route);
    AnswerShape shape = current.shape(settings, route, plan);
    Server server = current.server(settings);
    AnswerParts parts =
        new AnswerParts(
            channel, serving, plan, shape, server, current.keepAlive, current.random, whenEnded);
    return route.streams(current.body) ? new StreamAnswer(parts) : new WholeAnswer(parts);
  }

  private void answerJson(Channel channel, int status, String message) {
    SimulatorSettings settings = serving.settings();
    write(
        channel,
        status,
        request == null
            ? ErrorBody.of(server(), status, message)
            : request.error(settings, status, message));
  }

  private Server server() {
    SimulatorSettings settings = serving.settings();
    return request == null ? settings.style().server() : request.server(settings);
  }

  private void write(Channel channel, int status, String json) {
    byte[] body = utf8(json);
    boolean keepAlive = request != null && request.keepAlive && request.fault != Fault.EARLY_413;
    byte[] head = ResponseHead.json(server(), status, "", Integer.toString(body.length), keepAlive);
    var _ = channel.write(Unpooled.wrappedBuffer(head), channel.voidPromise());
    boolean bodiless = request != null && request.method.equals(HttpMethod.HEAD);
    if (!bodiless) {
      var _ = channel.write(Unpooled.wrappedBuffer(body), channel.voidPromise());
    }
    channel.flush();
  }

  /** An answer is out; the connection goes on to the next request, or not. */
  private void ended(Channel channel, Ending ending) {
    SimulatedRequest finished = request;
    answer = null;
    request = null;
    if (ending != Ending.KEEP) {
      end(channel, ending);
      return;
    }
    if (finished == null || !finished.keepAlive || finished.fault == Fault.CLOSE_IDLE) {
      end(channel, Ending.FIN);
      return;
    }
    closesOnReuse |= finished.fault == Fault.CLOSE_ON_REUSE;
    startIdling();
    pump(channel);
  }

  private void end(Channel channel, Ending ending) {
    closing = true;
    stopIdling();
    releaseWaiting();
    if (ending == Ending.RESET) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      var _ = channel.close();
      return;
    }
    // A close with unread bytes would become an RST, which may overtake the answer.
    var _ = channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> shutdownOutput(channel));
    var _ = channel.eventLoop().schedule(() -> close(channel), LINGER_SECONDS, TimeUnit.SECONDS);
  }

  private static void shutdownOutput(Channel channel) {
    var _ = ((DuplexChannel) channel).shutdownOutput();
  }

  private static void close(Channel channel) {
    var _ = channel.close();
  }

  private void releaseWaiting() {
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (answer != null && context.channel().isWritable()) {
      answer.writable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stopIdling();
    releaseWaiting();
    if (answer != null) {
      serving.stats().clientLeft();
      answer.cancel();
      answer = null;
    }
    closing = true;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }

  /** Lasts until the client leaves. */
  private static final class NoAnswer implements Answer {
    @Override
    public void begin() {}

    @Override
    public void writable() {}

    @Override
    public void cancel() {}
  }
}
