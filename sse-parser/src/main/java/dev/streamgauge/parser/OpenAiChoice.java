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
  private static final byte[] INDEX = Ascii.bytes("index");
  private static final byte[] DELTA = Ascii.bytes("delta");
  private static final byte[] MESSAGE = Ascii.bytes("message");
  private static final byte[] TEXT = Ascii.bytes("text");
  private static final byte[] FINISH_REASON = Ascii.bytes("finish_reason");
  private static final byte[] LOGPROBS = Ascii.bytes("logprobs");
  private static final byte[] TOKEN_IDS = Ascii.bytes("token_ids");
  private static final byte[] ROLE = Ascii.bytes("role");
  private static final byte[] CONTENT = Ascii.bytes("content");
  private static final byte[] REASONING = Ascii.bytes("reasoning");
  private static final byte[] REASONING_CONTENT = Ascii.bytes("reasoning_content");
  private static final byte[] REFUSAL = Ascii.bytes("refusal");
  private static final byte[] TOOL_CALLS = Ascii.bytes("tool_calls");
  private static final byte[] FUNCTION = Ascii.bytes("function");
  private static final byte[] FUNCTION_CALL = Ascii.bytes("function_call");
  private static final byte[] NAME = Ascii.bytes("name");
  private static final byte[] ARGUMENTS = Ascii.bytes("arguments");
  private static final byte[] AUDIO = Ascii.bytes("audio");
  private static final byte[] DATA = Ascii.bytes("data");
  private static final byte[] TRANSCRIPT = Ascii.bytes("transcript");
  private static final byte[] TOKENS = Ascii.bytes("tokens");

  int choice;
  @Nullable TokenKind kind;

  /** A completion's {@code text} was there and empty, and nothing says that it is structure. */
  boolean emptyText;

  int tokenIds;
  int logprobs;
  boolean finished;
  int reasonStart;
  int reasonEnd;

  private boolean hasRole;

  /** False if it was not of the dialect's shape. */
  boolean read(JsonReader json) {
    clear();
    if (json.peek() != JsonReader.Kind.OBJECT) {
      return false;
    }
    json.enterObject();
    while (json.nextField()) {
      field(json);
    }
    emptyText &= kind == null && !hasRole && !finished;
    return !json.failed();
  }

  private void clear() {
    choice = 0;
    kind = null;
    emptyText = false;
    tokenIds = 0;
    logprobs = 0;
    finished = false;
    hasRole = false;
  }

  private void field(JsonReader json) {
    if (json.nameIs(INDEX)) {
      choice = DialectParser.choiceOf(json.readCount());
    } else if (json.nameIs(DELTA) || json.nameIs(MESSAGE)) {
      delta(json);
    } else if (json.nameIs(TEXT)) {
      text(json);
    } else if (json.nameIs(FINISH_REASON)) {
      finishReason(json);
    } else if (json.nameIs(LOGPROBS)) {
      logprobs(json);
    } else if (json.nameIs(TOKEN_IDS)) {
      tokenIds = json.countElements();
    } else {
      json.skipValue();
    }
  }

  private void text(JsonReader json) {
    int length = json.stringLength();
    emptyText = length == 0;
    carries(length > 0, TokenKind.TEXT);
  }

  private void finishReason(JsonReader json) {
    if (json.filledString()) {
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
      if (json.nameIs(CONTENT) || json.nameIs(REFUSAL) || json.nameIs(TOKENS)) {
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
    if (json.nameIs(CONTENT)) {
      content(json);
    } else if (json.nameIs(REASONING_CONTENT) || json.nameIs(REASONING)) {
      carries(json.filledString(), TokenKind.REASONING);
    } else if (json.nameIs(TOOL_CALLS)) {
      toolCalls(json);
    } else if (json.nameIs(FUNCTION_CALL)) {
      call(json);
    } else if (json.nameIs(REFUSAL)) {
      carries(json.filledString(), TokenKind.REFUSAL);
    } else if (json.nameIs(AUDIO)) {
      audio(json);
    } else if (json.nameIs(ROLE)) {
      hasRole |= json.filledString();
    } else {
      json.skipValue();
    }
  }

  /** A string; some servers send a list of parts. */
  private void content(JsonReader json) {
    if (json.peek() == JsonReader.Kind.ARRAY) {
      carries(json.countElements() > 0, TokenKind.TEXT);
    } else {
      carries(json.filledString(), TokenKind.TEXT);
    }
  }

  private void toolCalls(JsonReader json) {
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
      if (json.nameIs(FUNCTION)) {
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
      if (json.nameIs(NAME) || json.nameIs(ARGUMENTS)) {
        carries(json.filledString(), TokenKind.TOOL_CALL);
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
      if (json.nameIs(DATA) || json.nameIs(TRANSCRIPT)) {
        carries(json.filledString(), TokenKind.AUDIO);
      } else {
        json.skipValue();
      }
    }
  }

  private void carries(boolean any, TokenKind what) {
    if (any && (kind == null || kind == TokenKind.REASONING)) {
      kind = what;
    }
  }
}
