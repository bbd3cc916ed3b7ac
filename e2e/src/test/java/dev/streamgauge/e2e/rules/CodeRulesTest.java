package dev.streamgauge.e2e.rules;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.streamgauge.e2e.rules.ProgramClasses.ALL;
import static dev.streamgauge.e2e.rules.ProgramClasses.CLI;
import static dev.streamgauge.e2e.rules.ProgramClasses.CONFIG;
import static dev.streamgauge.e2e.rules.ProgramClasses.PARSER;
import static dev.streamgauge.e2e.rules.ProgramClasses.PROXY;
import static dev.streamgauge.e2e.rules.ProgramClasses.TIMELINE;

import dev.streamgauge.timeline.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** What may be called where, and how nothing is named. */
class CodeRulesTest {
  private static final String EMPTY_NAME = ".*(Manager|Helper|Helpers|Util|Utils|Impl)(\\$.*)?";

  /** A name that says nothing lets a class grow into two. */
  @Test
  void noClassHasAnEmptyName() {
    noClasses().should().haveNameMatching(EMPTY_NAME).check(ALL);
  }

  /** One clock: two stamps are comparable only if both came from it; and tests set it. */
  @Test
  void onlyTheTickerReadsTheMonotonicClock() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(Ticker.class)
        .should()
        .callMethod(System.class, "nanoTime")
        .check(ALL);
  }

  /** A wall clock jumps; an interval taken from it is wrong. Times of day hang on one anchor. */
  @Test
  void onlyTheAnchorReadsTheWallClock() {
    noClasses()
        .that()
        .haveNameNotMatching("dev\\.streamgauge\\.proxy\\.WallClock(\\$.*)?")
        .and()
        .resideOutsideOfPackage(CLI)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callConstructor(Date.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Clock.class)
        .check(ALL);
  }

  /** A setting that is read elsewhere would have no bounds, no help and no source. */
  @Test
  void onlyConfigReadsTheEnvironment() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CONFIG)
        .should()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .check(ALL);
  }

  /** They run for each piece of each stream, on an event loop. */
  @Test
  void parserAndTimelineUseNoStreamsNoPatternsNoLocks() {
    noClasses()
        .that()
        .resideInAnyPackage(PARSER, TIMELINE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.stream..", "java.util.regex..", "java.util.concurrent..")
        .orShould()
        .callMethodWhere(target(name("format")))
        .check(ALL);
  }

  /** Nothing on the data path may wait. */
  @Test
  void proxyNeverSleeps() {
    noClasses()
        .that()
        .resideInAPackage(PROXY)
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", Duration.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.util.concurrent.locks..")
        .check(ALL);
  }

  /** Standard output carries the access log and nothing else. */
  @Test
  void onlyTheCommandLineWritesToStandardOutput() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CLI)
        .should()
        .accessField(System.class, "out")
        .check(ALL);
  }

  /** What a part is told, it is told by its settings. */
  @Test
  void nobodySetsSystemProperties() {
    noClasses()
        .should()
        .callMethod(System.class, "setProperty", String.class, String.class)
        .orShould()
        .callMethod(System.class, "setProperties", Properties.class)
        .check(ALL);
  }
}
