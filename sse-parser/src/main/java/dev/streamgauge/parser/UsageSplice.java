package dev.streamgauge.parser;

/**
 * The one change to a request's body that asks for usage, or why there is none.
 *
 * @param at index in the array that was read
 * @param replaced so many bytes from there on give way; not 0 only for {@code null}
 * @param text what comes there
 */
public record UsageSplice(UsageInjection result, int at, int replaced, String text) {
  static UsageSplice none(UsageInjection reason) {
    return new UsageSplice(reason, 0, 0, "");
  }

  static UsageSplice of(int at, int replaced, String text) {
    return new UsageSplice(UsageInjection.INJECTED, at, replaced, text);
  }
}
