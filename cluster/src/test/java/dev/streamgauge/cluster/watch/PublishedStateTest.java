package dev.streamgauge.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.ResourceSink;
import dev.streamgauge.cluster.metrics.ClusterFamily.Whose;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import dev.streamgauge.telemetry.PageForm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the page has of the state. */
class PublishedStateTest {
  private final ClusterMetrics metrics = new ClusterMetrics("test");
  private final Counted counted =
      new Counted(
          metrics,
          new EventLines(
              new EventLog(new ByteArrayOutputStream()),
              () -> false,
              () -> Instant.EPOCH,
              () -> 0));
  private final ClusterState state = new ClusterState(counted, Instant.EPOCH, () -> 0);

  @BeforeEach
  void lead() {
    metrics.leadsBy(() -> true);
    metrics.collect(Whose.LEADERS, new StateGauges(state));
  }

  @Test
  void aPodHasOneStatusAndAWorkloadsAmountsAreThoseOfItsPodsThatAreNotOver() throws IOException {
    list(
        state.pods,
        Fixtures.pod("Ready"),
        Fixtures.named(Fixtures.pod("NotReady"), "llama-1", "u2"),
        Fixtures.named(Fixtures.pod("Failed"), "llama-2", "u3"));
    assertThat(rows("pod_status"))
        .containsExactlyInAnyOrder(
            "{namespace=\"prod\",pod=\"llama-0\",status=\"Ready\",workload=\"llama\"} 1.0",
            "{namespace=\"prod\",pod=\"llama-1\",status=\"NotReady\",workload=\"llama\"} 1.0",
            "{namespace=\"prod\",pod=\"llama-2\",status=\"Failed\",workload=\"llama\"} 1.0");
    assertThat(rows("container_resources"))
        .contains(
            "{kind=\"request\",namespace=\"prod\",resource=\"cpu\",workload=\"llama\"} 8.0",
            "{kind=\"limit\",namespace=\"prod\",resource=\"nvidia.com/gpu\",workload=\"llama\"} 2.0");
  }

  @Test
  void quotasAreShownWhereModelServersAre() throws IOException {
    list(state.quotas, quota("prod"), quota("elsewhere"));
    assertThat(rows("quota")).isEmpty();
    list(state.pods, Fixtures.pod("Pending"));
    assertThat(rows("quota"))
        .containsExactlyInAnyOrder(
            "{kind=\"hard\",namespace=\"prod\",quota=\"q\",resource=\"requests.nvidia.com/gpu\"} 8.0",
            "{kind=\"used\",namespace=\"prod\",quota=\"q\",resource=\"requests.nvidia.com/gpu\"} 3.0");
    assertThat(rows("unschedulable_pods"))
        .containsExactly("{cause=\"gpu\",namespace=\"prod\",workload=\"llama\"} 1.0");
  }

  @Test
  void boundsComeFromEachKindOfAutoscaler() throws IOException {
    list(
        state.autoscalers,
        Fixtures.object(
            """
            {'metadata':{'name':'h','namespace':'prod','uid':'h'},
             'spec':{'scaleTargetRef':{'kind':'Deployment','name':'llama'},'minReplicas':2,'maxReplicas':4}}"""));
    list(of(WorkloadKind.DEPLOYMENT), Fixtures.deployment(2, 2, "kubectl"));
    list(
        of(WorkloadKind.INFERENCE_SERVICE),
        Fixtures.object(
            """
            {'metadata':{'name':'isvc','namespace':'prod','uid':'i'},
             'spec':{'predictor':{'minReplicas':0,'maxReplicas':3}}}"""));
    list(
        of(WorkloadKind.KNATIVE_AUTOSCALER),
        Fixtures.object(
            """
            {'metadata':{'name':'rev-1','namespace':'prod','uid':'k',
             'annotations':{'autoscaling.knative.dev/min-scale':'1','autoscaling.knative.dev/max-scale':'x'}}}"""));
    assertThat(rows("replicas_bound"))
        .containsExactlyInAnyOrder(
            "{bound=\"min\",namespace=\"prod\",workload=\"llama\"} 2.0",
            "{bound=\"max\",namespace=\"prod\",workload=\"llama\"} 4.0");
    list(state.pods, pod("isvc-predictor"), pod("rev-1-deployment"));
    assertThat(rows("replicas_bound"))
        .contains(
            "{bound=\"min\",namespace=\"prod\",workload=\"isvc\"} 0.0",
            "{bound=\"max\",namespace=\"prod\",workload=\"isvc\"} 3.0",
            "{bound=\"min\",namespace=\"prod\",workload=\"rev-1-deployment\"} 1.0")
        .hasSize(5);
  }

  @Test
  void aGroupOfLeaderAndWorkersIsOneWorkload() throws IOException {
    list(
        of(WorkloadKind.LEADER_WORKER_SET),
        Fixtures.object(
            """
            {'metadata':{'name':'big','namespace':'prod','uid':'l'},
             'spec':{'replicas':3,'leaderWorkerTemplate':{'workerTemplate':{'metadata':{'labels':{'streamgauge.dev/inject':'true'}}}}},
             'status':{'replicas':3,'readyReplicas':2}}"""));
    assertThat(rows("replicas"))
        .contains(
            "{namespace=\"prod\",state=\"desired\",workload=\"big\"} 3.0",
            "{namespace=\"prod\",state=\"ready\",workload=\"big\"} 2.0",
            "{namespace=\"prod\",state=\"unavailable\",workload=\"big\"} 1.0");
  }

  @Test
  void reasonsOfEventsPastTheLimitAreOther() throws IOException {
    Subject subject = new Subject("prod", "llama", "llama-0", null);
    for (int i = 0; i < 300; i++) {
      ObjectNode event = Fixtures.event("e" + i, "u" + i, "llama-0", "Reason" + i, 1);
      counted.event(EventRecord.of(event), subject, 1);
    }
    assertThat(rows("events_total")).hasSize(201);
    assertThat(rows("events_total"))
        .contains(
            "{kind=\"Pod\",namespace=\"prod\",reason=\"other\",type=\"Warning\",workload=\"llama\"} 100.0");
  }

  @Test
  void objectsPastTheLimitAreLeftOutAndCounted() {
    state.autoscalers.listBegun();
    for (int i = 0; i < 5_003; i++) {
      state.autoscalers.listed(
          Fixtures.object("{'metadata':{'name':'h" + i + "','namespace':'n','uid':'u" + i + "'}}"));
    }
    state.autoscalers.listEnded();
    assertThat(state.autoscalers.records()).hasSize(5_000);
    assertThat(state.autoscalers.leftOut()).isEqualTo(3);
  }

  private static ObjectNode pod(String deployment) {
    ObjectNode pod = Fixtures.named(Fixtures.pod("Ready"), deployment + "-x", deployment);
    ObjectNode owner = (ObjectNode) pod.at("/metadata/ownerReferences/0");
    owner.put("name", deployment + "-6d4b75cb6d");
    return pod;
  }

  private static ObjectNode quota(String namespace) {
    return Fixtures.object(
        """
        {'metadata':{'name':'q','namespace':'%s','uid':'%s'},
         'status':{'hard':{'requests.nvidia.com/gpu':'8'},'used':{'requests.nvidia.com/gpu':'3'}}}"""
            .formatted(namespace, namespace));
  }

  private Workloads of(WorkloadKind kind) {
    return Objects.requireNonNull(state.workloads.get(kind));
  }

  private List<String> rows(String family) throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    metrics.render(new PageForm(PageForm.Format.TEXT, false), page);
    String start = "streamgauge_" + family + "{";
    return page.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(each -> each.startsWith(start))
        .map(each -> each.substring(start.length() - 1))
        .toList();
  }

  private static void list(ResourceSink sink, ObjectNode... objects) {
    sink.listBegun();
    for (ObjectNode object : objects) {
      sink.listed(object);
    }
    sink.listEnded();
  }
}
