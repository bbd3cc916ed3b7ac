package dev.streamgauge.config;

import dev.streamgauge.config.ProxySettings.Concurrency;
import org.jspecify.annotations.Nullable;

/** How many requests may be with the server at once: {@code auto}, or a number. */
record ConcurrencyValue() implements ValueType<Concurrency> {
  private static final WholeNumber NUMBER = new WholeNumber(1, 100_000);

  @Override
  public @Nullable Concurrency parse(String text) {
    if (text.equals("auto")) {
      return new Concurrency.Auto();
    }
    Integer most = NUMBER.parse(text);
    return most == null ? null : new Concurrency.AtMost(most);
  }

  @Override
  public String placeholder() {
    return "auto|" + NUMBER.placeholder();
  }

  @Override
  public String allowed() {
    return "auto, or " + NUMBER.allowed();
  }
}
