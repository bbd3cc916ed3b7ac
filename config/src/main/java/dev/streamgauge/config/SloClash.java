package dev.streamgauge.config;

import dev.streamgauge.config.ProxySettings.Slo;
import java.util.List;

/** Two goodput targets of one name, for which a request would count twice under it. */
final class SloClash {
  private SloClash() {}

  /** Two models may share a name: no request is of both. */
  static void report(Reading reading) {
    List<Slo> slos = reading.get(ProxyOptions.SLO);
    for (int i = 0; i < slos.size(); i++) {
      Slo slo = slos.get(i);
      if (slos.subList(0, i).stream().anyMatch(before -> before.clashesWith(slo))) {
        Source source = reading.source(ProxyOptions.SLO);
        String text = reading.texts(ProxyOptions.SLO).get(i);
        String allowed = "each NAME once, or with a different model=NAME each";
        reading.report(Problem.unusable(ProxyOptions.SLO, text, source, allowed));
      }
    }
  }
}
