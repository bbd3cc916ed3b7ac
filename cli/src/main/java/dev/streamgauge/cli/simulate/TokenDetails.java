package dev.streamgauge.cli.simulate;

import static dev.streamgauge.cli.simulate.Template.utf8;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.stream.LongStream;

/**
 * What a piece tells of its single tokens where the request asked for that: {@code logprobs}, and
 * vLLM's {@code token_ids}. Only the tokens themselves, without alternatives. All tokens are
 * equally probable, as from a model that knows nothing.
 */
final class TokenDetails {
  private static final String LOGPROB = "-8.317766189575195";
  private static final long FIRST_ID = 100;
  private static final long IDS = 4000;

  private final EngineStyle style;
  private final boolean chat;
  private final AnswerPlan plan;
  private long tokensBefore;
  private long textLength;

  TokenDetails(EngineStyle style, boolean chat, AnswerPlan plan) {
    this.style = style;
    this.chat = chat;
    this.plan = plan;
  }

  /** The event of the tokens up to {@code end}, with what the request asked to know of each. */
  String told(String event, AnswerShape.Piece piece, long end) {
    long from = tokensBefore;
    tokensBefore = end;
    String withIds =
        plan.tokenIds() && style == EngineStyle.VLLM
            ? event.replace("\"token_ids\":null", "\"token_ids\":" + ids(from, end))
            : event;
    return plan.logprobs() ? withLogprobs(withIds, logprobs(piece, from, end)) : withIds;
  }

  private String logprobs(AnswerShape.Piece piece, long from, long end) {
    List<String> tokens = tokens(piece, from, end, plan.tokens());
    if (chat || style == EngineStyle.LLAMACPP) {
      return content(style, tokens, from);
    }
    String lists = lists(tokens, textLength);
    textLength += plain(String.join("", tokens)).length();
    return lists;
  }

  /** llama.cpp's chat has the field only where it says something. */
  private static String withLogprobs(String event, String value) {
    String field = "\"logprobs\":";
    if (event.contains(field + "null")) {
      return event.replace(field + "null", field + value);
    }
    String index = "\"index\":0,";
    return event.replaceFirst(index, Matcher.quoteReplacement(index + field + value + ","));
  }

  private static String ids(long from, long end) {
    return list(from, end, token -> Long.toString(FIRST_ID + token % IDS));
  }

  /** The value of a chat's {@code logprobs}, and of all that llama.cpp has. */
  private static String content(EngineStyle style, List<String> escapedTokens, long from) {
    StringJoiner entries = new StringJoiner(",", "{\"content\":[", "]}");
    for (int i = 0; i < escapedTokens.size(); i++) {
      entries.add(entry(style, escapedTokens.get(i), FIRST_ID + (from + i) % IDS));
    }
    return entries.toString();
  }

  private static String entry(EngineStyle style, String token, long id) {
    String logprob = ",\"logprob\":" + LOGPROB;
    String bytes = ",\"bytes\":" + bytes(token);
    String name = "\"token\":\"" + token + '"';
    String start =
        switch (style) {
          case VLLM -> name + logprob + bytes;
          case SGLANG -> name + bytes + logprob;
          case LLAMACPP -> "\"id\":" + id + "," + name + bytes + logprob;
        };
    return "{" + start + ",\"top_logprobs\":[]}";
  }

  /** The value of a completion's {@code logprobs}: lists side by side. */
  private static String lists(List<String> escapedTokens, long offset) {
    StringJoiner offsets = new StringJoiner(",");
    StringJoiner logprobs = new StringJoiner(",");
    StringJoiner tokens = new StringJoiner(",");
    long at = offset;
    for (String token : escapedTokens) {
      offsets.add(Long.toString(at));
      logprobs.add(LOGPROB);
      tokens.add('"' + token + '"');
      at += plain(token).length();
    }
    return "{\"text_offset\":["
        + offsets
        + "],\"token_logprobs\":["
        + logprobs
        + "],\"tokens\":["
        + tokens
        + "],\"top_logprobs\":[]}";
  }

  private static String bytes(String escapedToken) {
    byte[] bytes = utf8(plain(escapedToken));
    return list(0, bytes.length, i -> Integer.toString(bytes[(int) i] & 0xFF));
  }

  /** The vocabulary has no other escapes. */
  private static String plain(String escapedToken) {
    return escapedToken.replace("\\n", "\n").replace("\\\"", "\"");
  }

  private static String list(long from, long end, LongFunction<String> value) {
    StringJoiner list = new StringJoiner(",", "[", "]");
    LongStream.range(from, end).forEach(i -> list.add(value.apply(i)));
    return list.toString();
  }

  /** The tokens from one to before another, as JSON string contents. */
  private static List<String> tokens(AnswerShape.Piece piece, long from, long end, long tokens) {
    return LongStream.range(from, end)
        .mapToObj(
            token ->
                switch (piece) {
                  case TEXT, REASONING -> text(Words.word(token));
                  case TOOL_NAME -> "get_level";
                  case TOOL_ARGUMENTS -> text(Words.toolArgument(token, tokens));
                })
        .toList();
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
