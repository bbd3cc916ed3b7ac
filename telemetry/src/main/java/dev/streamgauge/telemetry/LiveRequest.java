package dev.streamgauge.telemetry;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/**
 * A request that is with the server, as the figures of GPUs see it. On its event loop: takes no
 * lock, waits for nothing, allocates nothing for a token.
 */
public interface LiveRequest {
  /** Where no GPU is looked at. */
  LiveRequest NONE =
      new LiveRequest() {
        @Override
        public void tokens(int events) {}

        @Override
        public void firstToken(
            @Nullable String model, @Nullable String requested, Operation operation) {}

        @Override
        public RequestRecord.@Nullable GpuUse use(long nowNanos) {
          return null;
        }

        @Override
        public void ended(
            @Nullable String model, @Nullable String requested, Operation operation) {}
      };

  /** So many token events came. */
  void tokens(int events);

  /** The first one came; whose energy it is can be told from now on. */
  void firstToken(@Nullable String model, @Nullable String requested, Operation operation);

  /** What can be told of it at its end. */
  RequestRecord.@Nullable GpuUse use(long nowNanos);

  /** Once, behind its record, which may have brought a new name. */
  void ended(@Nullable String model, @Nullable String requested, Operation operation);
}
