package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * What a dialect says of an answer while it passes: primitives only, nothing allocated per call in
 * steady state. Called on the thread that feeds the reader, during the feeding; when it happened is
 * known to whoever feeds. Counts are whole tokens; {@link #UNKNOWN} where the server did not say.
 */
public interface StreamSink {
  long UNKNOWN = -1;

  /** The name by which the answer calls the model. At most once an answer. */
  void model(String name);

  /**
   * A token event, as the contract defines it.
   *
   * @param choice the index of the choice, from 0
   * @param tokens how many tokens this piece carries since the choice's last token event; 0 where
   *     that is not known
   * @param basis how {@code tokens} is known; null exactly if {@code tokens} is 0
   */
  void tokenEvent(int choice, TokenKind kind, int tokens, @Nullable TokenBasis basis);

  /**
   * A choice's number is given to another one: what comes is no successor of what came. Only where
   * answers to several requests share one stream.
   */
  default void choiceBegins(int choice) {}

  /**
   * What is told next, up to the next such call, is of one response to the request with this id.
   * Only where answers to several requests share one stream. Observes the array during the call; an
   * empty range where the response has no id, or names no model.
   */
  default void inference(byte[] bytes, int idStart, int idEnd, int modelStart, int modelEnd) {}

  /** The response told of was the last one to its request. */
  default void inferenceEnded() {}

  /**
   * Counts for the whole answer so far (sums over its choices). Of one source the last call wins;
   * which source wins is decided by the order of {@link TokenSource}. A count that is UNKNOWN
   * leaves what an earlier call of the same source said. {@code input} includes cached input.
   */
  void usage(
      TokenSource source,
      long input,
      long output,
      long cachedInput,
      long cacheWriteInput,
      long reasoningOutput);

  /** A choice ended. {@code raw} is the server's own word. */
  void finished(int choice, FinishReason reason, String raw);

  /** The dialect's end marker came, or a whole JSON answer was complete. */
  void endMarker();

  /** An error object came inside the answer. {@code message} is cut to 256 characters. */
  void error(String message);

  /**
   * Where the engine says its time went, in nanoseconds; UNKNOWN where it does not. Last call wins.
   */
  void engineTimes(long queueNanos, long prefillNanos, long decodeNanos, long loadNanos);

  /** A frame above the limit went by unread. The reading goes on with the next one, if it does. */
  default void frameLeftOut() {}

  /**
   * A frame was no valid JSON, or not of the dialect's shape. The reading goes on with the next
   * one.
   */
  void malformedFrame();
}
