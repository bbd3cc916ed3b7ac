package dev.streamgauge.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodStatusTest {
  @ParameterizedTest
  @EnumSource
  void eachOfTheElevenIsTold(PodStatus status) {
    ObjectNode pod = Fixtures.pod(status.label());
    assertThat(PodStatus.of(pod, Startup.mayHaveBeenReady(pod))).isEqualTo(status);
  }

  @Test
  void anImageThatCannotBeHadIsToldFromTheFirstTryOnAlsoOfInitContainers() {
    assertThat(PodStatus.of(Fixtures.pod("ImagePullBackOff-first"), false))
        .isEqualTo(PodStatus.IMAGE_PULL_BACK_OFF);
  }

  @Test
  void aContainerThatCannotBeMadeIsStillBeingCreated() {
    assertThat(PodStatus.of(Fixtures.pod("ContainerCreating-config-error"), false))
        .isEqualTo(PodStatus.CONTAINER_CREATING);
  }

  @Test
  void notReadyIsOnlyWhatHasBeenReadyBefore() {
    ObjectNode pod = Fixtures.pod("Running");
    assertThat(PodStatus.of(pod, false)).isEqualTo(PodStatus.RUNNING);
    assertThat(PodStatus.of(pod, true)).isEqualTo(PodStatus.NOT_READY);
  }

  @Test
  void aPodThatIsOverIsNotTerminating() {
    for (String over : new String[] {"Failed", "Succeeded"}) {
      ObjectNode pod = Fixtures.pod(over);
      pod.withObject("/metadata").put("deletionTimestamp", "2026-01-01T00:01:00Z");
      assertThat(PodStatus.of(pod, true).label()).isEqualTo(over);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'status':null}",
        "{'status':{'phase':7,'conditions':'x','containerStatuses':{'a':1}}}",
        "{'metadata':[],'spec':'','status':{'conditions':[null,1,{'type':{}}]}}"
      })
  void whatHasOtherTypesIsPendingAndBreaksNothing(String json) {
    ObjectNode pod = Fixtures.object(json);
    assertThat(PodStatus.of(pod, false)).isEqualTo(PodStatus.PENDING);
    assertThat(Startup.since(pod, 0, Duration.ZERO)).isEmpty();
    assertThat(ContainerRuns.NONE.since(pod)).isEmpty();
    assertThat(ModelServers.has(pod)).isFalse();
  }
}
