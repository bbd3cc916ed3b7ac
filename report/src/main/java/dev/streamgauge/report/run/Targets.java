package dev.streamgauge.report.run;

import dev.streamgauge.config.DurationValue;
import dev.streamgauge.config.ProxySettings.Slo;
import dev.streamgauge.report.log.LoggedRequest;
import dev.streamgauge.timeline.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Goodput targets, judged by the rules of the proxy's {@code slo_requests_total}: a target counts
 * the requests for which one of its figures is known, and those that failed on this side of the
 * caller. What the caller did wrong is not counted; a caller that left is, if a limit had passed.
 */
public final class Targets {
  /** What a request did to a target. */
  public enum Verdict {
    MET,
    TTFT,
    TPOT,
    DURATION,
    ERROR
  }

  private final List<Slo> slos;

  public Targets(List<Slo> slos) {
    this.slos = List.copyOf(slos);
  }

  int count() {
    return slos.size();
  }

  /** In the order of the targets; null for one about which the request says nothing. */
  List<@Nullable Verdict> judge(LoggedRequest request) {
    if (slos.isEmpty() || request.other()) {
      return List.of();
    }
    List<@Nullable Verdict> verdicts = new ArrayList<>(slos.size());
    for (Slo slo : slos) {
      boolean concerned = slo.model() == null || slo.model().equals(request.model());
      verdicts.add(concerned ? judge(request, slo) : null);
    }
    return verdicts;
  }

  private static @Nullable Verdict judge(LoggedRequest request, Slo slo) {
    if (request.outcome().isFailure()) {
      return Verdict.ERROR;
    }
    if (request.outcome() == Outcome.CALLER_ERROR || request.outcome() == Outcome.CALLER_INVALID) {
      return null;
    }
    Verdict broken = broken(request, slo);
    if (broken != null || request.outcome() == Outcome.CALLER_DISCONNECT) {
      return broken;
    }
    return known(request, slo) ? Verdict.MET : null;
  }

  private static @Nullable Verdict broken(LoggedRequest request, Slo slo) {
    if (reaches(ttft(request), slo.ttft())) {
      return Verdict.TTFT;
    }
    if (reaches(request.times().perOutputToken(), slo.tpot())) {
      return Verdict.TPOT;
    }
    return reaches(request.times().duration(), slo.duration()) ? Verdict.DURATION : null;
  }

  private static boolean known(LoggedRequest request, Slo slo) {
    return slo.duration() != null
        || (slo.ttft() != null && ttft(request) != null)
        || (slo.tpot() != null && request.times().perOutputToken() != null);
  }

  /** Of a stream that had no token yet when its caller left: how long the caller had waited. */
  private static @Nullable Long ttft(LoggedRequest request) {
    Long firstToken = request.times().firstToken();
    if (!request.stream() || firstToken != null) {
      return firstToken;
    }
    return request.outcome() == Outcome.CALLER_DISCONNECT
        ? (Long) request.times().duration()
        : null;
  }

  /** Below is met: what reaches the limit has broken it. */
  private static boolean reaches(@Nullable Long micros, @Nullable Duration limit) {
    return micros != null && limit != null && micros * 1000 >= limit.toNanos();
  }

  Counts counts() {
    return new Counts();
  }

  /** How often each verdict came. */
  final class Counts {
    private final List<Map<Verdict, Long>> byTarget = new ArrayList<>();

    private Counts() {
      for (int i = 0; i < slos.size(); i++) {
        byTarget.add(new EnumMap<>(Verdict.class));
      }
    }

    void add(List<@Nullable Verdict> verdicts) {
      for (int i = 0; i < verdicts.size(); i++) {
        Verdict verdict = verdicts.get(i);
        if (verdict != null) {
          byTarget.get(i).merge(verdict, 1L, Long::sum);
        }
      }
    }

    void add(Counts other) {
      for (int i = 0; i < byTarget.size(); i++) {
        Map<Verdict, Long> counts = byTarget.get(i);
        other.byTarget.get(i).forEach((verdict, count) -> counts.merge(verdict, count, Long::sum));
      }
    }

    List<TargetSummary> summaries() {
      List<TargetSummary> summaries = new ArrayList<>(byTarget.size());
      for (int i = 0; i < byTarget.size(); i++) {
        summaries.add(summary(slos.get(i), byTarget.get(i)));
      }
      return List.copyOf(summaries);
    }
  }

  private static TargetSummary summary(Slo slo, Map<Verdict, Long> counts) {
    return new TargetSummary(
        slo.name(),
        terms(slo),
        counts.values().stream().mapToLong(Long::longValue).sum(),
        counts.getOrDefault(Verdict.MET, 0L),
        counts.getOrDefault(Verdict.TTFT, 0L),
        counts.getOrDefault(Verdict.TPOT, 0L),
        counts.getOrDefault(Verdict.DURATION, 0L),
        counts.getOrDefault(Verdict.ERROR, 0L));
  }

  private static String terms(Slo slo) {
    StringJoiner terms = new StringJoiner(",");
    term("ttft", slo.ttft(), terms);
    term("tpot", slo.tpot(), terms);
    term("duration", slo.duration(), terms);
    if (slo.model() != null) {
      terms.add("model=" + slo.model());
    }
    return terms.toString();
  }

  private static void term(String figure, @Nullable Duration limit, StringJoiner terms) {
    if (limit != null) {
      terms.add(figure + "<" + DurationValue.text(limit));
    }
  }
}
