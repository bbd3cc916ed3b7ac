package dev.streamgauge.cli.simulate;

import dev.streamgauge.config.HostPort;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a simulator does with requests that ask for nothing special.
 *
 * @param grpcListen where gRPC is served; null for nowhere
 * @param ttft from the end of the request to the first token, in nanoseconds
 * @param itl between two tokens, in nanoseconds; before a piece of K tokens, K times
 * @param outputTokens of an answer, its reasoning not included
 * @param tokensPerChunk how many tokens an event carries
 * @param reasoningTokens that come first
 * @param tools whether chat answers are tool calls
 * @param incremental whether SGLang's own answers have each piece's text, not all so far
 * @param keepAliveComments how often a comment is sent before the first token; null for never
 * @param idleTimeout after which an unused connection is closed; null for never
 * @param slots requests that are worked on at once, over HTTP; null for any number
 * @param eventLoops threads that serve
 * @param seed of all that is drawn
 * @param faults the probability of each; their sum is at most 1
 */
public record SimulatorSettings(
    HostPort listen,
    @Nullable HostPort grpcListen,
    EngineStyle style,
    String model,
    Distribution ttft,
    Distribution itl,
    Distribution outputTokens,
    Distribution tokensPerChunk,
    long reasoningTokens,
    boolean tools,
    boolean incremental,
    @Nullable Duration keepAliveComments,
    @Nullable Duration idleTimeout,
    @Nullable Integer slots,
    int eventLoops,
    long seed,
    Map<Fault, Double> faults) {

  public SimulatorSettings {
    faults = Map.copyOf(faults);
  }

  public static SimulatorSettings defaults() {
    return new Draft().settings();
  }

  /** The defaults with what {@code changes} sets. */
  public static SimulatorSettings of(Consumer<Draft> changes) {
    Draft draft = new Draft();
    changes.accept(draft);
    return draft.settings();
  }

  /** Settings while they are being chosen; each field starts with its default. */
  public static final class Draft {
    public HostPort listen = new HostPort("127.0.0.1", 0);
    public @Nullable HostPort grpcListen;
    public EngineStyle style = EngineStyle.VLLM;
    public String model = "simulated";
    public Distribution ttft = Distribution.fixed(Duration.ofMillis(50));
    public Distribution itl = Distribution.fixed(Duration.ofMillis(10));
    public Distribution outputTokens = Distribution.fixed(32);
    public Distribution tokensPerChunk = Distribution.fixed(1);
    public long reasoningTokens;
    public boolean tools;
    public boolean incremental;
    public @Nullable Duration keepAliveComments;
    public @Nullable Duration idleTimeout = Duration.ofSeconds(5);
    public @Nullable Integer slots;
    public int eventLoops = 1;
    public long seed = 1;
    public final Map<Fault, Double> faults = new EnumMap<>(Fault.class);

    SimulatorSettings settings() {
      return new SimulatorSettings(
          listen,
          grpcListen,
          style,
          model,
          ttft,
          itl,
          outputTokens,
          tokensPerChunk,
          reasoningTokens,
          tools,
          incremental,
          keepAliveComments,
          idleTimeout,
          slots,
          eventLoops,
          seed,
          faults);
    }
  }
}
