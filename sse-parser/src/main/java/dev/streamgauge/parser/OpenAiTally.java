package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * What the frames of one answer say about numbers of tokens, over all choices.
 *
 * <ul>
 *   <li>A {@code usage} in a frame without choices is the answer's. llama.cpp sends one for each
 *       choice (known by the {@code timings} beside it), TensorRT-LLM one for each prompt: those
 *       are added.
 *   <li>A {@code usage} beside a choice that goes on is running usage: what this choice came to.
 *       Once such a one was there, the one beside a finish reason is of the same sort.
 *   <li>A {@code usage} that comes first beside a finish reason is the answer's, or with {@code
 *       timings} the choice's; so it is with TGI, known by its empty finish reasons.
 *   <li>Zeros are no usage.
 * </ul>
 *
 * <p>How many tokens a piece has is known from the growth of running usage, else from its token
 * ids, else from its logprobs, else from the growth of running timings; in that order.
 */
final class OpenAiTally {
  private final StreamSink sink;
  private final ChoiceCounts choices = new ChoiceCounts();

  /** Null until usage of that sort comes: mostly at the end. */
  private @Nullable UsageCounts answerUsage;

  private @Nullable UsageCounts finishUsage;
  private boolean runningUsage;
  private boolean emptyReasons;
  private boolean usageOfEachPrompt;
  private int answerUsages;

  /** Null until an engine tells its timings: most do not. */
  private @Nullable EngineSums engine;

  OpenAiTally(StreamSink sink) {
    this.sink = sink;
  }

  /** Whether this is the choice's first finish reason. */
  boolean finishesFirst(int choice) {
    return choices.finishesFirst(choice);
  }

  /** Tells a piece's token event, if it is one. */
  void piece(OpenAiFrame frame, OpenAiChoice piece, @Nullable TokenKind kind) {
    choices.see(piece.choice);
    emptyReasons |= piece.emptyReason;
    choices.carried(piece.choice, piece.tokenIds, piece.logprobs);
    usageOfEachPrompt |= piece.usageOfEachPrompt;
    if (kind == null) {
      return;
    }
    boolean alone = frame.choiceCount() == 1;
    boolean usage = alone && frame.usage.present();
    boolean timings = alone && frame.timings.present();
    choices.tokenEvent(
        sink,
        piece.choice,
        kind,
        usage ? frame.usage.output : StreamSink.UNKNOWN,
        timings ? frame.timings.predicted : StreamSink.UNKNOWN);
  }

  /** Tells the token event of a piece that says nothing about numbers. */
  void plainPiece(int choice, TokenKind kind) {
    choices.tokenEvent(sink, choice, kind, StreamSink.UNKNOWN, StreamSink.UNKNOWN);
  }

  /** Tells the counts of a stream's frame. */
  void counts(OpenAiFrame frame) {
    if (frame.usage.present()) {
      usage(frame);
    }
    if (frame.timings.present()) {
      engineSums().timings(frame, choices.seen(), sink);
    } else if (engine == null) {
      tellIds();
    }
  }

  private void tellIds() {
    if (choices.tokenIds() > 0) {
      sink.usage(
          TokenSource.ENGINE,
          StreamSink.UNKNOWN,
          choices.tokenIds(),
          StreamSink.UNKNOWN,
          StreamSink.UNKNOWN,
          StreamSink.UNKNOWN);
    }
  }

  /** Tells the counts of an answer that is no stream. */
  void wholeAnswer(OpenAiFrame frame) {
    if (frame.usage.present()) {
      frame.usage.tell(sink, TokenSource.USAGE);
    }
    if (frame.timings.present()) {
      engineSums().timings(frame, 1, sink);
    } else {
      wholeIds(frame);
    }
  }

  private void wholeIds(OpenAiFrame frame) {
    for (int i = 0; i < frame.choiceCount(); i++) {
      OpenAiChoice choice = frame.choice(i);
      choices.see(choice.choice);
      choices.carried(choice.choice, choice.tokenIds, 0);
    }
    tellIds();
  }

  private void usage(OpenAiFrame frame) {
    switch (frame.choiceCount()) {
      case 0 -> answerUsage(frame);
      case 1 -> choiceUsage(frame, frame.choice(0));
      default -> frame.usage.tell(sink, TokenSource.CONTINUOUS_USAGE);
    }
  }

  private void answerUsage(OpenAiFrame frame) {
    answerUsages++;
    boolean another = answerUsages > 1 && answerUsages <= choices.seen();
    boolean added = another && (frame.timings.present() || usageOfEachPrompt);
    answerUsage = told(answerUsage, added, frame.usage);
  }

  private void choiceUsage(OpenAiFrame frame, OpenAiChoice piece) {
    runningUsage |= !piece.finished;
    if (runningUsage) {
      runningUsage(frame.usage, piece.choice);
      return;
    }
    boolean theChoices = emptyReasons || frame.timings.present();
    finishUsage = told(finishUsage, theChoices, frame.usage);
  }

  /** Tells the usage, together with what came before if it adds to that. */
  private UsageCounts told(@Nullable UsageCounts before, boolean adds, UsageCounts usage) {
    UsageCounts sum = before == null ? new UsageCounts() : before;
    if (!adds) {
      sum.clear();
    }
    sum.add(usage);
    sum.tell(sink, TokenSource.USAGE);
    return sum;
  }

  /** Input is told of the only choice: whether a second one has the same prompt isn't said. */
  private void runningUsage(UsageCounts usage, int choice) {
    boolean only = choices.seen() == 1;
    sink.usage(
        TokenSource.CONTINUOUS_USAGE,
        only ? usage.input : StreamSink.UNKNOWN,
        choices.runningOutput(choice, usage.output),
        only ? usage.cachedInput : StreamSink.UNKNOWN,
        StreamSink.UNKNOWN,
        only ? usage.reasoningOutput : StreamSink.UNKNOWN);
  }

  private EngineSums engineSums() {
    EngineSums sums = engine;
    if (sums == null) {
      sums = new EngineSums();
      engine = sums;
    }
    return sums;
  }
}
