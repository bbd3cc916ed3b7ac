package dev.streamgauge.parser;

/**
 * What became of the wish to ask for usage in one request to OpenAI's chat or completions, or for
 * details in one to TGI's own stream.
 */
public enum UsageInjection {
  /** Asked for, by a splice into the body. */
  INJECTED("injected"),
  /** The client asks for it. */
  ALREADY_ASKED("already_asked"),
  /** The client says {@code "include_usage":false}, or {@code "details":false}. */
  DECLINED("declined"),
  /** Not {@code "stream":true}. */
  NOT_STREAMING("not_streaming"),
  /** More than one choice or prompt: more than the last piece may depend on being asked. */
  SEVERAL_CHOICES("several_choices"),
  /** Has no {@code parameters} (TGI): adding them would change more than what is told. */
  NO_PARAMETERS("no_parameters"),
  /** A field that matters comes twice, in another spelling, or with an unexpected value. */
  AMBIGUOUS("ambiguous"),
  /** No body, or one that is no JSON object. */
  NOT_JSON("not_json"),
  /** Longer than {@link RequestReader#INSPECTED_BYTES_MAX}. */
  TOO_LARGE("too_large"),
  /** The body has a Content-Encoding. */
  ENCODED("encoded"),
  /** The client waits for 100 Continue, so the body can't be read before the head is sent. */
  EXPECTS_CONTINUE("expects_continue");

  private final String label;

  UsageInjection(String label) {
    this.label = label;
  }

  /** The value of the label {@code result}; part of the contract. */
  public String label() {
    return label;
  }
}
