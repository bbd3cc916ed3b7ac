package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadParser;
import dev.streamgauge.proxy.http1.HttpLimits;
import dev.streamgauge.proxy.http1.ResponseRules;
import dev.streamgauge.telemetry.Limit;
import dev.streamgauge.timeline.Protocol;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The heads of one answer: interim ones go to the client as they come, the final one is handed out.
 * On one event loop.
 */
final class ResponseHeads {
  /** What reading led to. */
  enum Found {
    MORE,
    MALFORMED,
    /** Bytes of the body may follow in the same buffer. */
    FINAL
  }

  private final Exchange exchange;
  private final ClientOutput output;
  private final HeadParser parser;
  private int interim;
  private String malformed = "";
  private @Nullable Head head;
  private @Nullable ResponseRules rules;

  ResponseHeads(Exchange exchange, ClientOutput output) {
    HttpLimits limits = exchange.loop.shared.limits();
    this.exchange = exchange;
    this.output = output;
    this.parser = HeadParser.ofResponses(limits);
  }

  /** What was wrong, after {@link Found#MALFORMED}. */
  String malformed() {
    return malformed;
  }

  /** The final head, after {@link Found#FINAL}. */
  Head head() {
    return Objects.requireNonNull(head);
  }

  /** The same one's. */
  ResponseRules rules() {
    return Objects.requireNonNull(rules);
  }

  private Found malformed(String reason) {
    malformed = reason;
    return Found.MALFORMED;
  }

  /** Reads from the reader index on; moves it behind the heads that it took. Observes. */
  Found read(ByteBuf buffer, long nowNanos) {
    while (true) {
      switch (parser.feed(buffer)) {
        case MORE -> {
          return Found.MORE;
        }
        case MALFORMED -> {
          HitLimits.ofResponse(exchange.loop.live(), parser.malformed().limit());
          return malformed(parser.malformed().reason());
        }
        case DONE -> {
          Head whole = parser.head();
          parser.reset();
          Found found = whole(whole, nowNanos);
          if (found != Found.MORE) {
            return found;
          }
        }
      }
    }
  }

  /** One whole head; an interim one leads to no more than the next. */
  Found whole(Head whole, long nowNanos) {
    ResponseRules read = ResponseRules.of(whole);
    String wrong = read.malformed();
    if (wrong != null) {
      return malformed(wrong);
    }
    if (!read.interim()) {
      head = whole;
      rules = read;
      return Found.FINAL;
    }
    int max = exchange.loop.shared.settings().limits().interimResponsesMax();
    if (++interim > max) {
      exchange.loop.live().limitHit(Limit.INTERIM_RESPONSES);
      return malformed("more than " + max + " interim responses");
    }
    relay(whole, nowNanos);
    return Found.MORE;
  }

  /** RFC 9110 section 15.2: a client of HTTP/1.0 is sent none. */
  private void relay(Head interimHead, long nowNanos) {
    if (exchange.protocol != Protocol.HTTP_1_0) {
      output.head(AnswerHead.interim(interimHead), nowNanos);
    }
  }
}
