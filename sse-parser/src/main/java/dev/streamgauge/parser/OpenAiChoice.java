package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * One element of {@code choices}, as one frame has it: what kind of output it carries, how many
 * tokens, and whether it is the choice's last.
 *
 * <p>Output is a non-empty text (of chat: {@code content}), {@code reasoning} or {@code
 * reasoning_content} (vLLM's and SGLang's names of the same thing: both present are one piece),
 * {@code refusal}, the name or arguments of a {@code tool_calls} element or of the older {@code
 * function_call}, or {@code audio}. A piece with several is one token event, of the kind that
 * belongs to the answer.
 */
final class OpenAiChoice {

  int choice;
  @Nullable TokenKind kind;

  /**
   * A text was there and empty, and nothing says that it is structure: a completion's {@code text},
   * or of chat {@code content} together with {@code reasoning_content}, which is TensorRT-LLM's
   * piece for tokens that have no text yet.
   */
  boolean emptyText;

  /** It is TensorRT-LLM's, which tells the usage of each prompt by itself. */
  boolean usageOfEachPrompt;

  int tokenIds;
  int logprobs;
  boolean finished;

  /** It goes on, and says so by an empty reason: TGI's completions. */
  boolean emptyReason;

  int reasonStart;
  int reasonEnd;

  /** Where the last string lies that carried output. */
  int textStart;

  int textEnd;

  private boolean countedOutput;

  private boolean hasRole;
  private boolean hasText;
  private boolean emptyContent;
  private boolean emptyReasoning;

  /** False if it was not of the dialect's shape. */
  boolean read(JsonReader json) {
    clear();
    if (json.peek() != JsonKind.OBJECT) {
      return false;
    }
    json.enterObject();
    while (json.nextField()) {
      field(json);
    }
    emptyText |= emptyContent && emptyReasoning;
    emptyText &= kind == null && !hasRole && !finished;
    return !json.failed();
  }

  /**
   * Whether it is a piece of vLLM's generate with token ids. Beside a text (with {@code
   * output_mode} {@code text}) that is empty they are a token, too, but for the last: the token
   * that ends the choice.
   */
  boolean carriesIds() {
    return tokenIds > 0 && (!hasText || !finished);
  }

  /** Whether all it says is that there is output, and strings alone say so. */
  boolean plain() {
    return kind != null && !countedOutput && tokenIds == 0 && logprobs == 0 && !finished;
  }

  private void clear() {
    countedOutput = false;
    choice = 0;
    kind = null;
    emptyText = false;
    tokenIds = 0;
    logprobs = 0;
    finished = false;
    emptyReason = false;
    hasRole = false;
    hasText = false;
    emptyContent = false;
    emptyReasoning = false;
    usageOfEachPrompt = false;
  }

  private void field(JsonReader json) {
    if (json.nameIs(FieldName.INDEX)) {
      choice = DialectParser.choiceOf(json.readCount());
    } else if (json.nameIs(FieldName.DELTA) || json.nameIs(FieldName.MESSAGE)) {
      delta(json);
    } else if (json.nameIs(FieldName.TEXT)) {
      text(json);
    } else if (json.nameIs(FieldName.FINISH_REASON)) {
      finishReason(json);
    } else if (json.nameIs(FieldName.LOGPROBS)) {
      logprobs(json);
    } else if (json.nameIs(FieldName.TOKEN_IDS)) {
      tokenIds = json.countElements();
    } else if (json.nameIs(FieldName.AVG_DECODED_TOKENS_PER_ITER)) {
      usageOfEachPrompt = true;
      json.skipValue();
    } else {
      json.skipValue();
    }
  }

  private void text(JsonReader json) {
    int length = json.stringLength();
    emptyText = length == 0;
    hasText = length >= 0;
    string(json, length > 0, TokenKind.TEXT);
  }

  private void finishReason(JsonReader json) {
    int length = json.stringLength();
    emptyReason = length == 0;
    if (length > 0) {
      finished = true;
      reasonStart = json.stringStart();
      reasonEnd = json.stringEnd();
    }
  }

  /** Chat has a list for the text and one for a refusal; completions have parallel lists. */
  private void logprobs(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.CONTENT)
          || json.nameIs(FieldName.REFUSAL)
          || json.nameIs(FieldName.TOKENS)) {
        logprobs += json.countElements();
      } else {
        json.skipValue();
      }
    }
  }

  private void delta(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      deltaField(json);
    }
  }

  private void deltaField(JsonReader json) {
    if (json.nameIs(FieldName.CONTENT)) {
      content(json);
    } else if (json.nameIs(FieldName.REASONING_CONTENT)) {
      emptyReasoning = filled(json, TokenKind.REASONING) == 0;
    } else if (json.nameIs(FieldName.REASONING)) {
      filled(json, TokenKind.REASONING);
    } else if (json.nameIs(FieldName.TOOL_CALLS)) {
      toolCalls(json);
    } else if (json.nameIs(FieldName.FUNCTION_CALL)) {
      call(json);
    } else if (json.nameIs(FieldName.REFUSAL)) {
      filled(json, TokenKind.REFUSAL);
    } else if (json.nameIs(FieldName.AUDIO)) {
      audio(json);
    } else if (json.nameIs(FieldName.ROLE)) {
      hasRole |= json.filledString();
    } else {
      json.skipValue();
    }
  }

  /** A string; some servers send a list of parts. */
  private void content(JsonReader json) {
    if (json.peek() == JsonKind.ARRAY) {
      countedOutput = true;
      carries(json.countElements() > 0, TokenKind.TEXT);
    } else {
      emptyContent = filled(json, TokenKind.TEXT) == 0;
    }
  }

  /** TGI sends the one call itself in place of a list, up to 3.1. */
  private void toolCalls(JsonReader json) {
    if (json.peek() == JsonKind.OBJECT) {
      toolCall(json);
      return;
    }
    if (!json.enterArray()) {
      return;
    }
    while (json.nextElement()) {
      toolCall(json);
    }
  }

  private void toolCall(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.FUNCTION)) {
        call(json);
      } else {
        json.skipValue();
      }
    }
  }

  private void call(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.NAME) || json.nameIs(FieldName.ARGUMENTS)) {
        filled(json, TokenKind.TOOL_CALL);
      } else {
        json.skipValue();
      }
    }
  }

  private void audio(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.DATA) || json.nameIs(FieldName.TRANSCRIPT)) {
        filled(json, TokenKind.AUDIO);
      } else {
        json.skipValue();
      }
    }
  }

  /** Answers how long the string is; -1 if none stood there. */
  private int filled(JsonReader json, TokenKind what) {
    int length = json.stringLength();
    string(json, length > 0, what);
    return length;
  }

  private void string(JsonReader json, boolean any, TokenKind what) {
    if (any) {
      textStart = json.stringStart();
      textEnd = json.stringEnd();
      carries(true, what);
    }
  }

  private void carries(boolean any, TokenKind what) {
    if (any && (kind == null || kind == TokenKind.REASONING)) {
      kind = what;
    }
  }
}
