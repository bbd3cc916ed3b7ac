package dev.streamgauge.config;

import dev.streamgauge.config.ProxySettings.Slo;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code NAME:ttft<500ms,tpot<50ms}, in any order, with {@code model=NAME} for one model only. */
record SloValue() implements ValueType<Slo> {
  private static final String MODEL = "model=";
  private static final DurationValue BOUND = DurationValue.positive();

  @Override
  public @Nullable Slo parse(String text) {
    int colon = text.indexOf(':');
    return colon <= 0 || !isName(text.substring(0, colon))
        ? null
        : terms(text.substring(0, colon), text.substring(colon + 1));
  }

  private static @Nullable Slo terms(String name, String terms) {
    Slo slo = new Slo(name, null, null, null, null);
    for (String term : terms.split(",", -1)) {
      Slo more = with(slo, term.strip());
      if (more == null) {
        return null;
      }
      slo = more;
    }
    return slo.ttft() == null && slo.tpot() == null && slo.duration() == null ? null : slo;
  }

  /** Null where the term is none, or is there twice. */
  private static @Nullable Slo with(Slo slo, String term) {
    if (term.startsWith(MODEL)) {
      boolean fits = term.length() > MODEL.length() && slo.model() == null;
      return fits
          ? new Slo(
              slo.name(), term.substring(MODEL.length()), slo.ttft(), slo.tpot(), slo.duration())
          : null;
    }
    int sign = term.indexOf('<');
    Duration bound = sign < 0 ? null : BOUND.parse(term.substring(sign + 1));
    return bound == null ? null : bounded(slo, term.substring(0, sign), bound);
  }

  private static @Nullable Slo bounded(Slo slo, String figure, Duration bound) {
    return switch (figure) {
      case "ttft" ->
          slo.ttft() == null
              ? new Slo(slo.name(), slo.model(), bound, slo.tpot(), slo.duration())
              : null;
      case "tpot" ->
          slo.tpot() == null
              ? new Slo(slo.name(), slo.model(), slo.ttft(), bound, slo.duration())
              : null;
      case "duration" ->
          slo.duration() == null
              ? new Slo(slo.name(), slo.model(), slo.ttft(), slo.tpot(), bound)
              : null;
      default -> null;
    };
  }

  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean word = Ascii.isWord(c);
      if (!word && c != '_' && c != '-' && c != '.') {
        return false;
      }
    }
    return true;
  }

  @Override
  public String placeholder() {
    return "NAME:ttft<500ms,tpot<50ms";
  }

  @Override
  public String allowed() {
    return "NAME:FIGURE<DURATION,... with the figures ttft, tpot and duration, each "
        + BOUND.allowed()
        + ", and model=NAME for one model only";
  }
}
