package dev.streamgauge.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.watch.ContainerRuns.Restart;
import org.junit.jupiter.api.Test;

class ContainerRunsTest {
  private final ObjectNode pod = Fixtures.pod("Ready");

  @Test
  void aRestartHasTheReasonAndTheExitCodeOfTheRunBefore() {
    ContainerRuns before = ContainerRuns.of(pod);
    assertThat(before.since(Fixtures.restarted(pod, 1, "OOMKilled", 137)))
        .containsExactly(new Restart("server", "OOMKilled", 137, 1, 1));
  }

  @Test
  void restartsThatNobodySawAreCountedWithAnUnknownReason() {
    ContainerRuns before = ContainerRuns.of(Fixtures.restarted(pod, 2, "Error", 1));
    assertThat(before.since(Fixtures.restarted(pod, 5, "Error", 2)))
        .containsExactly(
            new Restart("server", "Error", 2, 1, 5), new Restart("server", "Unknown", null, 2, 5));
  }

  @Test
  void theSameStateAgainIsNoRestartAndNeitherIsASmallerCount() {
    ContainerRuns before = ContainerRuns.of(Fixtures.restarted(pod, 5, "Error", 1));
    assertThat(before.since(Fixtures.restarted(pod, 5, "Error", 1))).isEmpty();
    assertThat(before.since(pod)).isEmpty();
  }

  @Test
  void reasonsThatNobodyKnowsAreOther() {
    assertThat(ContainerRuns.NONE.since(Fixtures.restarted(pod, 1, "MadeUpToday", 3)))
        .containsExactly(new Restart("server", "Other", 3, 1, 1));
  }

  @Test
  void nativeSidecarsAndInitContainersCount() {
    ObjectNode with = pod.deepCopy();
    with.withObject("/status")
        .withArray("/initContainerStatuses")
        .addObject()
        .put("name", "streamgauge")
        .put("restartCount", 2);
    assertThat(ContainerRuns.NONE.since(with))
        .extracting(Restart::container, Restart::times)
        .containsExactly(tuple("streamgauge", 1), tuple("streamgauge", 1));
  }
}
