package dev.streamgauge.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.ResourceSink;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
  private static final Instant BEFORE_ALL = Instant.parse("2025-12-31T00:00:00Z");

  private final RecordedHappenings happenings = new RecordedHappenings();
  private long nanos;
  private final ClusterState state = new ClusterState(happenings, BEFORE_ALL, () -> nanos);

  @Test
  void whatHappenedBeforeTheFirstListIsNotCounted() {
    list(state.pods, Fixtures.restarted(Fixtures.pod("Ready"), 7, "Error", 1));
    list(state.events, Fixtures.event("e", "1", "llama-0", "BackOff", 9));
    assertThat(happenings.news()).isEmpty();
    assertThat(status("llama-0")).isEqualTo(PodStatus.READY);
  }

  @Test
  void aPodThatComesLaterIsCountedWhole() {
    list(state.pods);
    state.pods.changed(Fixtures.restarted(Fixtures.pod("Ready"), 2, "OOMKilled", 137));
    assertThat(happenings.news())
        .containsExactly(
            "llama-0 restarted 1 OOMKilled",
            "llama-0 restarted 1 Unknown",
            "llama-0 scheduled 2",
            "llama-0 initialized 3",
            "llama-0 containers_started 15",
            "llama-0 ready 25",
            "llama-0 is ready after 45");
  }

  @Test
  void aListThatIsMadeAgainCountsNothingTwiceAndMissesNothing() {
    list(state.pods, Fixtures.pod("Running"));
    state.pods.changed(Fixtures.restarted(Fixtures.pod("Running"), 1, "Error", 1));
    assertThat(happenings.news()).containsExactly("llama-0 restarted 1 Error");
    list(state.pods, Fixtures.restarted(Fixtures.pod("Running"), 1, "Error", 1));
    assertThat(happenings.news()).isEmpty();
    list(state.pods, Fixtures.restarted(Fixtures.pod("Running"), 4, "Error", 1));
    assertThat(happenings.news())
        .containsExactly("llama-0 restarted 1 Error", "llama-0 restarted 2 Unknown");
  }

  @Test
  void aPodThatIsNotInTheListIsGoneAndOneThatOnlyBeganToBeListedIsNot() {
    list(state.pods, Fixtures.pod("Ready"), Fixtures.named(Fixtures.pod("Ready"), "llama-1", "u2"));
    state.pods.listBegun(); // and breaks off
    list(state.pods, Fixtures.pod("Ready"));
    assertThat(state.pods.records()).hasSize(1);
    assertThat(state.pods.has("prod", new Workload("Deployment", "llama"))).isTrue();
    list(state.pods);
    assertThat(state.pods.records()).isEmpty();
    assertThat(state.pods.has("prod", new Workload("Deployment", "llama"))).isFalse();
  }

  @Test
  void anotherPodOfTheSameNameBeginsAtItsOwnCount() {
    list(state.pods, Fixtures.restarted(Fixtures.pod("Running"), 3, "Error", 1));
    ObjectNode next = Fixtures.named(Fixtures.pod("Running"), "llama-0", "u9");
    state.pods.changed(Fixtures.restarted(next, 1, "OOMKilled", 137));
    assertThat(happenings.news()).contains("llama-0 restarted 1 OOMKilled");
  }

  @Test
  void readinessIsTimedOnceHoweverOftenAPodBecomesReady() {
    list(state.pods);
    state.pods.changed(Fixtures.pod("Running"));
    state.pods.changed(Fixtures.pod("Ready"));
    assertThat(happenings.news()).contains("llama-0 ready 25", "llama-0 is ready after 45");
    state.pods.changed(Fixtures.pod("NotReady"));
    assertThat(status("llama-0")).isEqualTo(PodStatus.NOT_READY);
    state.pods.changed(Fixtures.pod("Ready"));
    assertThat(happenings.news()).isEmpty();
  }

  @Test
  void stagesThatWereToldStayWhenAContainerIsStartedAgainBeforeItsFirstReadiness() {
    list(state.pods);
    state.pods.changed(Fixtures.pod("Running"));
    assertThat(happenings.news()).contains("llama-0 containers_started 15");
    state.pods.changed(startedAgain(Fixtures.pod("Ready")));
    assertThat(happenings.news())
        .containsExactly(
            "llama-0 restarted 1 OOMKilled", "llama-0 ready 25", "llama-0 is ready after 45");
  }

  @Test
  void ofAPodThatWasReadyBeforeTheFirstListNoStageIsTimed() {
    ObjectNode loading = Fixtures.pod("Ready");
    ((ObjectNode) loading.at("/status/containerStatuses/0")).remove("state");
    list(state.pods, loading);
    state.pods.changed(Fixtures.pod("Ready"));
    assertThat(happenings.news()).isEmpty();
  }

  private static ObjectNode startedAgain(ObjectNode pod) {
    ObjectNode copy = Fixtures.restarted(pod, 1, "OOMKilled", 137);
    ((ObjectNode) copy.at("/status/containerStatuses/0"))
        .withObject("/state/running")
        .put("startedAt", "2026-01-01T00:00:40Z");
    return copy;
  }

  @Test
  void aPodThatIsNoModelServerLeavesNoRecordAndOneThatCeasesToBeOneIsForgotten() {
    ObjectNode other = Fixtures.pod("Ready");
    other.withObject("/metadata/labels").remove("streamgauge.dev/inject");
    list(state.pods, other);
    assertThat(state.pods.records()).isEmpty();
    state.pods.changed(Fixtures.pod("Ready"));
    assertThat(state.pods.records()).hasSize(1);
    state.pods.changed(other);
    assertThat(state.pods.records()).isEmpty();
  }

  @Test
  void anEventCountsByHowOftenItHappenedSinceItWasSeenLast() {
    list(state.pods, Fixtures.pod("Ready"));
    list(state.events);
    state.events.changed(Fixtures.event("e", "1", "llama-0", "BackOff", 1));
    state.events.changed(Fixtures.event("e", "1", "llama-0", "BackOff", 4));
    state.events.changed(Fixtures.event("e", "1", "llama-0", "BackOff", 4));
    list(state.events, Fixtures.event("e", "1", "llama-0", "BackOff", 6));
    state.events.deleted(Fixtures.event("e", "1", "llama-0", "BackOff", 6));
    // forgotten by the API server after an hour; who wrote it goes on counting
    state.events.changed(Fixtures.event("e", "2", "llama-0", "BackOff", 7));
    state.events.changed(Fixtures.event("e", "3", "llama-0", "BackOff", 1));
    assertThat(happenings.news())
        .containsExactly(
            "llama-0 of llama at gpu-1: BackOff 1",
            "llama-0 of llama at gpu-1: BackOff 3",
            "llama-0 of llama at gpu-1: BackOff 2",
            "llama-0 of llama at gpu-1: BackOff 1",
            "llama-0 of llama at gpu-1: BackOff 1");
  }

  @Test
  void anEventThatGoesOnFromBeforeOurStartCountsOnce() {
    ClusterState late =
        new ClusterState(happenings, Instant.parse("2026-01-02T00:00:00Z"), () -> nanos);
    list(late.pods, Fixtures.pod("Ready"));
    list(late.events);
    late.events.changed(Fixtures.event("e", "1", "llama-0", "BackOff", 57));
    assertThat(happenings.news()).containsExactly("llama-0 of llama at gpu-1: BackOff 1");
  }

  @Test
  void anEventWaitsForThePodThatItIsAbout() {
    list(state.pods);
    list(state.events);
    state.events.changed(Fixtures.event("e", "1", "llama-0", "FailedScheduling", 1));
    state.events.changed(Fixtures.event("e", "1", "llama-0", "FailedScheduling", 3));
    state.sweep();
    assertThat(happenings.news()).isEmpty();
    state.pods.changed(Fixtures.pod("Pending"));
    state.sweep();
    assertThat(happenings.news()).containsExactly("llama-0 of llama at null: FailedScheduling 3");
  }

  @Test
  void anEventAboutNobodyOfOursIsForgottenAndOneAboutAPodThatIsGoneIsNot() {
    list(state.pods, Fixtures.pod("Ready"));
    list(state.events);
    state.events.changed(Fixtures.event("e", "1", "other-0", "BackOff", 1));
    pass(11);
    state.sweep();
    list(state.pods);
    state.events.changed(Fixtures.event("f", "2", "llama-0", "Killing", 1));
    assertThat(happenings.news()).containsExactly("llama-0 of llama at gpu-1: Killing 1");
  }

  @Test
  void eventsOfNodesThatHaveModelServersAreTold() {
    list(state.pods, Fixtures.pod("Ready"));
    list(state.events);
    for (String node : new String[] {"gpu-1", "gpu-2"}) {
      state.events.changed(
          Fixtures.object(
              """
              {'metadata':{'name':'%s.1','namespace':'default','uid':'%s'},
               'involvedObject':{'kind':'Node','name':'%s'},'reason':'NodeNotReady','type':'Normal'}"""
                  .formatted(node, node, node)));
    }
    assertThat(happenings.news()).containsExactly("null of  at gpu-1: NodeNotReady 1");
  }

  @Test
  void replicasThatAreMissingAreCountedAndTheirCatchingUpIsTimed() {
    Workloads deployments = of(WorkloadKind.DEPLOYMENT);
    list(deployments, Fixtures.deployment(1, 1, "kubectl"));
    deployments.changed(Fixtures.deployment(3, 1, "kubectl"));
    pass(2);
    deployments.changed(Fixtures.deployment(3, 2, "kubectl"));
    pass(3);
    deployments.changed(Fixtures.deployment(3, 3, "kubectl"));
    pass(60);
    state.sweep();
    assertThat(happenings.news())
        .containsExactly(
            "llama scaled 1 to 3 by kubectl because null",
            "llama missed 4.0",
            "llama missed 3.0",
            "llama caught up after 5");
  }

  @Test
  void wantingFewerIsNoCatchingUpAndWhatWasBehindFromTheStartIsNotTimed() {
    Workloads deployments = of(WorkloadKind.DEPLOYMENT);
    list(deployments, Fixtures.deployment(3, 1, "kubectl"));
    deployments.changed(Fixtures.deployment(3, 2, "kubectl"));
    deployments.changed(Fixtures.deployment(3, 3, "kubectl"));
    deployments.changed(Fixtures.deployment(5, 3, "kubectl"));
    deployments.changed(Fixtures.deployment(3, 3, "kubectl"));
    assertThat(happenings.news()).noneMatch(each -> each.contains("caught up"));
  }

  @Test
  void anAutoscalersChangeWaitsForItsReasonAndGoesWithoutInTheEnd() {
    Workloads deployments = of(WorkloadKind.DEPLOYMENT);
    list(deployments, Fixtures.deployment(1, 1, "x"));
    list(state.autoscalers, autoscaler());
    list(state.events);
    deployments.changed(Fixtures.deployment(2, 2, "kube-controller-manager"));
    assertThat(happenings.news()).isEmpty();
    state.events.changed(
        Fixtures.object(
            """
            {'metadata':{'name':'h.1','namespace':'prod','uid':'7'},'reason':'SuccessfulRescale',
             'message':'New size: 2; reason: queue above target',
             'involvedObject':{'kind':'HorizontalPodAutoscaler','namespace':'prod','name':'h'}}"""));
    assertThat(happenings.news())
        .containsExactly(
            "null of llama at null: SuccessfulRescale 1",
            "llama scaled 1 to 2 by autoscaler because New size: 2; reason: queue above target");
    deployments.changed(Fixtures.deployment(3, 3, "kube-controller-manager"));
    pass(6);
    state.sweep();
    assertThat(happenings.news()).containsExactly("llama scaled 2 to 3 by autoscaler because null");
  }

  @Test
  void theReplicaSetsOfADeploymentAreNotShownBesideIt() {
    Workloads replicaSets = of(WorkloadKind.REPLICA_SET);
    list(
        replicaSets,
        Fixtures.object(
            """
            {'metadata':{'name':'llama-5f','namespace':'prod','uid':'r','labels':{'pod-template-hash':'5f'},
              'ownerReferences':[{'kind':'Deployment','name':'llama','controller':true}]},
             'spec':{'replicas':2,'template':{'metadata':{'labels':{'streamgauge.dev/inject':'true'}}}}}"""));
    assertThat(replicaSets.records()).hasSize(1).noneMatch(replicaSets::isShown);
    list(state.events);
    state.events.changed(
        Fixtures.object(
            """
            {'metadata':{'name':'q','namespace':'prod','uid':'8'},'reason':'FailedCreate','message':'exceeded quota',
             'involvedObject':{'kind':'ReplicaSet','namespace':'prod','name':'llama-5f'}}"""));
    assertThat(happenings.news()).containsExactly("null of llama at null: FailedCreate 1");
  }

  private static ObjectNode autoscaler() {
    return Fixtures.object(
        """
        {'metadata':{'name':'h','namespace':'prod','uid':'h1'},
         'spec':{'scaleTargetRef':{'kind':'Deployment','name':'llama'},'minReplicas':1,'maxReplicas':4}}""");
  }

  private Workloads of(WorkloadKind kind) {
    return Objects.requireNonNull(state.workloads.get(kind));
  }

  private PodStatus status(String pod) {
    return Objects.requireNonNull(state.pods.find("prod", pod)).status;
  }

  private void pass(long seconds) {
    nanos += TimeUnit.SECONDS.toNanos(seconds);
  }

  private static void list(ResourceSink sink, ObjectNode... objects) {
    sink.listBegun();
    for (ObjectNode object : objects) {
      sink.listed(object);
    }
    sink.listEnded();
  }
}
