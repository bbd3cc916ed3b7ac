package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One call of a {@link GrpcConnection}, on its event loop. The head goes out with the first
 * message, as the engines' servicers and Triton send it.
 *
 * <p>Limit: {@value #ANSWERS_MAX} inferences at once.
 */
final class GrpcCall extends ChannelInboundHandlerAdapter {
  private static final int ANSWERS_MAX = 1024;
  private static final byte[] NO_PREFIX = utf8("zz\r\nno prefix\r\n");

  private final GrpcConnection connection;
  private final Serving serving;
  private final Channel channel;
  private final GrpcMessages messages = new GrpcMessages();
  private final List<GrpcAnswer> answers = new ArrayList<>();
  private Wishes wishes = Wishes.of(null, null);
  private long number;
  private @Nullable GrpcMethod method;
  private @Nullable Fault fault;
  private boolean counted;
  private boolean headSent;
  private boolean requested;
  private boolean clientEnded;
  private boolean over;

  GrpcCall(GrpcConnection connection, Channel channel) {
    this.connection = connection;
    this.channel = channel;
    serving = connection.serving();
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof Http2HeadersFrame frame) {
        begin(frame.headers());
        clientEnded |= frame.isEndStream();
      } else if (message instanceof Http2DataFrame frame) {
        messages.add(frame.content());
        clientEnded |= frame.isEndStream();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
    takeMessages();
    endIfAnswered();
  }

  private void begin(Http2Headers head) {
    if (counted) {
      return;
    }
    counted = connection.callBegins();
    if (!counted) {
      over = true;
      return;
    }
    serving.stats().requestBegan();
    number = serving.nextNumber();
    CharSequence type = head.get("content-type");
    method = head.path() == null ? null : GrpcMethod.of(head.path());
    if (type == null || !type.toString().startsWith("application/grpc")) {
      endByHttp(415);
    } else if (method == null) {
      end(GrpcStatus.UNIMPLEMENTED, "no such method");
    } else {
      wish(head.get(Wishes.HEADER), method);
    }
  }

  private void wish(@Nullable CharSequence text, GrpcMethod asked) {
    try {
      wishes = Wishes.of(null, text == null ? null : text.toString());
    } catch (IllegalArgumentException e) {
      end(GrpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
      return;
    }
    if (asked.answers() && asked != GrpcMethod.MODEL_STREAM_INFER) {
      fault = draw(wishes, serving.random(number));
    }
    if (fault == Fault.EARLY_413) {
      end(GrpcStatus.RESOURCE_EXHAUSTED, "the request is too large (simulated)");
    }
  }

  private @Nullable Fault draw(Wishes of, RandomGenerator random) {
    Map<Fault, Double> shares = serving.settings().faults();
    Fault drawn = AnswerPlan.fault(shares, of, random);
    if (drawn != null) {
      serving.stats().failed(drawn);
    }
    return drawn;
  }

  private void takeMessages() {
    try {
      while (!over) {
        byte[] message = messages.next();
        if (message == null) {
          return;
        }
        take(message);
      }
    } catch (GrpcMessages.Refused e) {
      end(e.status(), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      end(GrpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage()));
    }
  }

  private void take(byte[] message) {
    GrpcMethod asked = method;
    boolean several = asked == GrpcMethod.MODEL_STREAM_INFER;
    if (asked == null || (requested && !several)) {
      end(GrpcStatus.INTERNAL, "more than one request");
      return;
    }
    requested = true;
    if (wishes.status != null) {
      endByHttp(wishes.status);
    } else if (!asked.answers()) {
      message(new ProtoWriter().number(1, 1).written());
      end(GrpcStatus.OK, "");
    } else if (several) {
      infer(asked, GrpcRequest.of(asked, message));
    } else {
      answer(asked, GrpcRequest.of(asked, message), wishes, serving.random(number));
    }
  }

  /** One of several requests: each has its own wishes and meets its own fault. */
  private void infer(GrpcMethod asked, GrpcRequest request) {
    Wishes own = wishes;
    if (!request.wishes.isEmpty()) {
      own = Wishes.of(null, request.wishes);
    }
    long inference = requestedBefore() ? serving.nextNumber() : number;
    RandomGenerator random = serving.random(inference);
    fault = draw(own, random);
    if (answers.size() == ANSWERS_MAX) {
      message(shape(asked, request, null).failure("too many inferences at once"));
    } else {
      answer(asked, request, own, random);
    }
  }

  private boolean requestedBefore() {
    return headSent || !answers.isEmpty();
  }

  private void answer(GrpcMethod asked, GrpcRequest request, Wishes own, RandomGenerator random) {
    AnswerPlan plan =
        AnswerPlan.ofCall(serving.settings(), own, fault, request, asked.reasons(), random);
    GrpcShape shape = shape(asked, request, plan);
    GrpcAnswer answer = new GrpcAnswer(this, serving, request, plan, shape, random);
    switch (fault) {
      case HTTP_500 -> refuse(GrpcStatus.INTERNAL, "the engine is broken (simulated)", shape);
      case HTTP_429, EARLY_413 ->
          refuse(GrpcStatus.RESOURCE_EXHAUSTED, "too many requests (simulated)", shape);
      case BAD_HEAD -> badHead();
      case NO_ANSWER -> answers.add(answer);
      case null, default -> {
        answers.add(answer);
        answer.begin();
      }
    }
  }

  private GrpcShape shape(GrpcMethod asked, GrpcRequest request, @Nullable AnswerPlan plan) {
    GrpcEngine engine = asked.engine();
    return engine != null && plan != null
        ? new GenerateShape(engine, request, plan)
        : new InferShape(request, serving.settings().model(), plan == null ? 0 : plan.tokens());
  }

  /** In a message where the dialect has one for it: the call goes on. */
  private void refuse(GrpcStatus status, String why, GrpcShape shape) {
    byte[] failure = shape.failure(why);
    if (failure.length == 0) {
      end(status, why);
    } else {
      message(failure);
      channel.flush();
    }
  }

  /** A message is due; an empty one is none. Not yet flushed. */
  void message(byte[] message) {
    if (message.length > 0) {
      writeHead();
      var _ = write(GrpcMessages.framed(message), false);
    }
  }

  private void writeHead() {
    if (!headSent) {
      headSent = true;
      var _ = channel.write(new DefaultHttp2HeadersFrame(GrpcStatus.head()));
    }
  }

  private ChannelFuture write(ByteBuf bytes, boolean last) {
    return channel.write(new DefaultHttp2DataFrame(bytes, last));
  }

  /** All of an answer is written. */
  void answered(GrpcAnswer answer) {
    answers.remove(answer);
    endIfAnswered();
  }

  private void endIfAnswered() {
    boolean more = method == GrpcMethod.MODEL_STREAM_INFER && !clientEnded;
    if (over || more || !answers.isEmpty()) {
      return;
    }
    if (requested || method == GrpcMethod.MODEL_STREAM_INFER) {
      end(GrpcStatus.OK, "");
    } else if (clientEnded) {
      end(GrpcStatus.INTERNAL, "no request");
    }
  }

  /** An answer met its fault; {@code next} is the message that would have come. */
  void interrupted(GrpcAnswer answer, byte[] next) {
    switch (answer.plan().fault()) {
      case ERROR_IN_STREAM -> {
        answers.remove(answer);
        refuse(GrpcStatus.INTERNAL, ErrorBody.DIED, answer.shape());
        endIfAnswered();
      }
      case TRUNCATE -> {
        stop();
        var _ = write(Unpooled.EMPTY_BUFFER, false).addListener(_ -> resetCall());
        channel.flush();
      }
      case CUT -> {
        stop();
        ByteBuf whole = GrpcMessages.framed(next);
        ByteBuf half = whole.slice(0, whole.readableBytes() / 2);
        var _ = write(half, false).addListener(_ -> connection.fin());
        channel.flush();
      }
      case RESET -> {
        stop();
        connection.reset();
      }
      case BAD_FRAMING -> {
        stop();
        var _ = write(Unpooled.wrappedBuffer(NO_PREFIX), true);
        channel.flush();
      }
      case null, default -> throw new IllegalStateException("no interruption");
    }
  }

  private void resetCall() {
    var _ = channel.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
  }

  /** Nothing more is answered; what goes out now needs a head before it. */
  private void stop() {
    over = true;
    answers.forEach(GrpcAnswer::cancel);
    answers.clear();
    writeHead();
  }

  /** A reset where the head is out already. */
  private void badHead() {
    over = true;
    answers.forEach(GrpcAnswer::cancel);
    answers.clear();
    if (headSent) {
      resetCall();
      return;
    }
    var _ = channel.writeAndFlush(new DefaultHttp2HeadersFrame(GrpcStatus.head("2OO"), true));
  }

  /** As what stands before a server answers, that speaks HTTP and no gRPC. */
  private void endByHttp(int status) {
    over = true;
    Http2Headers head = GrpcStatus.head(Integer.toString(status));
    head.set("content-type", "text/plain");
    var _ = channel.writeAndFlush(new DefaultHttp2HeadersFrame(head, true));
  }

  private void end(GrpcStatus status, String message) {
    if (over) {
      return;
    }
    over = true;
    answers.forEach(GrpcAnswer::cancel);
    answers.clear();
    Http2Headers fields = headSent ? GrpcStatus.trailers() : GrpcStatus.head();
    var _ =
        channel
            .writeAndFlush(new DefaultHttp2HeadersFrame(status.endOf(fields, message), true))
            .addListener(_ -> afterwards());
  }

  private void afterwards() {
    if (fault == Fault.CLOSE_IDLE) {
      connection.fin();
    } else if (fault == Fault.CLOSE_ON_REUSE) {
      connection.closeOnReuse();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (channel.isWritable()) {
      List.copyOf(answers).forEach(GrpcAnswer::run);
    }
  }

  /** The call is over on both sides, or reset, or its connection is gone. */
  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!over) {
      over = true;
      serving.stats().clientLeft();
      answers.forEach(GrpcAnswer::cancel);
      answers.clear();
    }
    if (counted) {
      counted = false;
      connection.callEnded();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}
