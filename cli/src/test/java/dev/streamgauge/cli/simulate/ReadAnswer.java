package dev.streamgauge.cli.simulate;

import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.FinishReason;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.PatternPool;
import dev.streamgauge.parser.ReaderLimits;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.ResponseReader;
import dev.streamgauge.parser.StreamSink;
import dev.streamgauge.parser.TokenBasis;
import dev.streamgauge.parser.TokenKind;
import dev.streamgauge.parser.TokenSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the product's own reader says of an answer. */
final class ReadAnswer implements StreamSink {
  final List<TokenKind> events = new ArrayList<>();
  final List<Integer> choices = new ArrayList<>();
  final List<@Nullable TokenBasis> bases = new ArrayList<>();
  final List<Integer> finishedChoices = new ArrayList<>();
  final List<Integer> eventTokens = new ArrayList<>();
  final Map<TokenSource, Long> output = new EnumMap<>(TokenSource.class);
  final Map<TokenSource, Long> input = new EnumMap<>(TokenSource.class);
  @Nullable String model;
  @Nullable FinishReason finish;
  @Nullable String error;
  @Nullable Dialect dialect;
  long reasoning = UNKNOWN;
  long prefillNanos = UNKNOWN;
  long queueNanos = UNKNOWN;
  boolean ended;
  int malformed;

  static ReadAnswer of(String path, RawExchange.Reply reply) {
    ReadAnswer answer = new ReadAnswer();
    ResponseReader reader =
        ResponseReader.open(
            new RequestFacts("POST", path, operation(path), null, null),
            reply.status(),
            reply.header("content-type"),
            null,
            reply::header,
            null,
            ReaderLimits.defaults(),
            new PatternPool(1),
            answer);
    for (String chunk : reply.chunks()) {
      byte[] bytes = chunk.getBytes(StandardCharsets.UTF_8);
      reader.read(bytes, 0, bytes.length);
    }
    if (reply.end() == RawExchange.End.CLEAN) {
      reader.end();
    }
    reader.close();
    answer.dialect = reader.dialect();
    return answer;
  }

  private static Operation operation(String path) {
    return switch (path.substring(path.lastIndexOf('/') + 1)) {
      case "responses" -> Operation.RESPONSES;
      case "messages" -> Operation.MESSAGES;
      case "embeddings", "embed" -> Operation.EMBEDDINGS;
      case "generate", "generate_stream", "" -> Operation.GENERATE;
      default -> path.contains("chat") ? Operation.CHAT : Operation.COMPLETION;
    };
  }

  @Override
  public void model(String name) {
    model = name;
  }

  @Override
  public void tokenEvent(int choice, TokenKind kind, int tokens, @Nullable TokenBasis basis) {
    events.add(kind);
    eventTokens.add(tokens);
    choices.add(choice);
    bases.add(basis);
  }

  @Override
  public void usage(
      TokenSource source,
      long in,
      long out,
      long cachedInput,
      long cacheWriteInput,
      long reasoningOutput) {
    if (out != UNKNOWN) {
      output.put(source, out);
    }
    if (in != UNKNOWN) {
      input.put(source, in);
    }
    if (reasoningOutput != UNKNOWN) {
      reasoning = reasoningOutput;
    }
  }

  @Override
  public void finished(int choice, FinishReason reason, String raw) {
    finish = reason;
    finishedChoices.add(choice);
  }

  @Override
  public void endMarker() {
    ended = true;
  }

  @Override
  public void error(String message) {
    error = message;
  }

  @Override
  public void engineTimes(long queue, long prefill, long decode, long load) {
    prefillNanos = prefill;
    queueNanos = queue;
  }

  @Override
  public void malformedFrame() {
    malformed++;
  }
}
