package dev.streamgauge.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StartupTest {
  @Test
  void stagesAreTimedFromTheEndOfTheOneBeforeAndAddUpToReadiness() {
    ObjectNode pod = Fixtures.pod("Ready");
    List<Startup.Passed> passed = Startup.since(pod, 0, Duration.ZERO);
    assertThat(passed)
        .containsExactly(
            new Startup.Passed(StartupStage.SCHEDULED, Duration.ofSeconds(2)),
            new Startup.Passed(StartupStage.INITIALIZED, Duration.ofSeconds(3)),
            new Startup.Passed(StartupStage.CONTAINERS_STARTED, Duration.ofSeconds(15)),
            new Startup.Passed(StartupStage.READY, Duration.ofSeconds(25)));
    assertThat(Startup.together(passed)).isEqualTo(Duration.ofSeconds(45));
  }

  @Test
  void aStageThatWasPassedBeforeIsNotToldAgain() {
    int before = Startup.passed(Fixtures.pod("Running"));
    assertThat(Startup.since(Fixtures.pod("Ready"), before, Duration.ofSeconds(20)))
        .extracting(Startup.Passed::stage)
        .containsExactly(StartupStage.READY);
    assertThat(Startup.since(Fixtures.pod("NotReady"), before, Duration.ofSeconds(20))).isEmpty();
  }

  @Test
  void aPodWithoutANodeHasPassedNothing() {
    assertThat(Startup.since(Fixtures.pod("Pending"), 0, Duration.ZERO)).isEmpty();
  }

  @Test
  void clocksThatDisagreeMakeNoNegativeTimes() {
    ObjectNode pod = Fixtures.pod("Ready");
    pod.withObject("/metadata").put("creationTimestamp", "2026-01-01T00:00:04Z");
    assertThat(Startup.since(pod, 0, Duration.ZERO))
        .extracting(Startup.Passed::took)
        .containsExactly(
            Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(15), Duration.ofSeconds(25));
  }

  @Test
  void containersHaveStartedOnceAllOfThemHave() {
    ObjectNode pod = Fixtures.pod("Running");
    pod.withObject("/spec").withArray("/containers").addObject().put("name", "second");
    assertThat(StartupStage.CONTAINERS_STARTED.passedAt(pod)).isNull();
  }
}
