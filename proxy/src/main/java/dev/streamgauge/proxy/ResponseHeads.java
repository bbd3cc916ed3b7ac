package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadParser;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.http1.ResponseRules;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Protocol;
import io.netty.buffer.ByteBuf;

/**
 * The heads of one answer: interim ones go to the client as they come, the final one is handed out.
 * On one event loop.
 */
final class ResponseHeads {
  /** What reading led to. */
  sealed interface Found {
    record More() implements Found {}

    record Malformed(String reason) implements Found {}

    /** Bytes of the body may follow in the same buffer. */
    record Final(Head head, ResponseRules rules) implements Found {}
  }

  private static final Found MORE = new Found.More();

  private final Exchange exchange;
  private final ClientOutput output;
  private final HeadParser parser;
  private int interim;

  ResponseHeads(Exchange exchange, ClientOutput output) {
    HttpLimits limits = exchange.loop.shared.limits();
    this.exchange = exchange;
    this.output = output;
    this.parser = HeadParser.ofResponses(limits);
  }

  /** Reads from the reader index on; moves it behind the heads that it took. Observes. */
  Found read(ByteBuf buffer, long nowNanos) {
    while (true) {
      switch (parser.feed(buffer)) {
        case MORE -> {
          return MORE;
        }
        case MALFORMED -> {
          HitLimits.ofResponse(exchange.loop.live(), parser.malformed().limit());
          return new Found.Malformed(parser.malformed().reason());
        }
        case DONE -> {
          Head head = parser.head();
          parser.reset();
          Found found = whole(head, nowNanos);
          if (!(found instanceof Found.More)) {
            return found;
          }
        }
      }
    }
  }

  /** One whole head; an interim one leads to no more than the next. */
  Found whole(Head head, long nowNanos) {
    ResponseRules rules = ResponseRules.of(head);
    String wrong = rules.malformed();
    if (wrong != null) {
      return new Found.Malformed(wrong);
    }
    if (!rules.interim()) {
      return new Found.Final(head, rules);
    }
    int max = exchange.loop.shared.settings().limits().interimResponsesMax();
    if (++interim > max) {
      exchange.loop.live().limitHit(Limit.INTERIM_RESPONSES);
      return new Found.Malformed("more than " + max + " interim responses");
    }
    relay(head, nowNanos);
    return MORE;
  }

  /** RFC 9110 section 15.2: a client of HTTP/1.0 is sent none. */
  private void relay(Head head, long nowNanos) {
    if (exchange.protocol != Protocol.HTTP_1_0) {
      output.head(AnswerHead.interim(head), nowNanos);
    }
  }
}
