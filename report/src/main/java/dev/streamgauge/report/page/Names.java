package dev.streamgauge.report.page;

import org.jspecify.annotations.Nullable;

/** How models are called in what people read. */
final class Names {
  static final String ALL = "all";

  private static final String NO_MODEL = "(no model)";
  private static final int CHARACTERS_MAX = 40;

  private Names() {}

  static String model(@Nullable String model) {
    return Shown.text(model, NO_MODEL, CHARACTERS_MAX);
  }
}
