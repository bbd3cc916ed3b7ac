package dev.streamgauge.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others write in words and numbers. */
class WordsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0/2 nodes are available: 2 Insufficient nvidia.com/gpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod. | gpu
          0/2 nodes are available: 2 Insufficient nvidia.com/mig-1g.10gb. | gpu
          0/5 nodes are available: 2 Insufficient cpu, 3 Insufficient amd.com/gpu. | gpu
          0/5 nodes are available: 1 Insufficient nvidia.com/gpu, 4 node(s) had untolerated taint {dedicated: llm}. | taint
          0/2 nodes are available: 1 Insufficient nvidia.com/gpu, 1 node(s) had untolerated taint {a: b}. | gpu
          0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. | affinity
          0/3 nodes are available: 3 node(s) had volume node affinity conflict. | volume
          0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. | other
          0/3 nodes are available: 3 Insufficient memory. | memory
          0/3 nodes are available: 3 Too many pods. | pods
          0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports. | port
          0/3 nodes are available: 3 Insufficient example.com/fpga. | resource
          Error creating: pods "a" is forbidden: exceeded quota: q, requested: requests.nvidia.com/gpu=1, used: requests.nvidia.com/gpu=2, limited: requests.nvidia.com/gpu=2 | quota
          Error creating: pods "a" is forbidden: maximum cpu usage per Container is 2, but limit is 4 | limit_range
          Error creating: pods "a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot | pod_security
          Error creating: admission webhook "x" denied the request: no | webhook
          no nodes available to schedule pods | other
          """)
  void theCauseIsWhatRulesOutMostNodes(String message, String cause) {
    assertThat(SchedulingCause.of(message).label()).isEqualTo(cause);
  }

  @ParameterizedTest
  @CsvSource({
    "4, 4",
    "500m, 0.5",
    "64Gi, 68719476736",
    "1e3, 1000",
    "1.5k, 1500",
    "100u, 0.0001",
    "0, 0",
    "2Ei, 2305843009213693952"
  })
  void amountsAreInWholeUnits(String text, double value) {
    assertThat(Quantity.parse(text)).isEqualTo(value);
  }

  @Test
  void whatIsNoAmountIsNone() {
    for (String text : new String[] {"", "x", "4 Gi", "Gi", "--1", "1".repeat(100)}) {
      assertThat(Quantity.parse(text)).as(text).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Successfully pulled image "x" in 12.5s (1m2.25s including waiting). Image size: 9 bytes. | 62250
          Successfully pulled image "x" in 250ms | 250
          Successfully pulled image "x" in 1h2m3s (1h2m3s including waiting) | 3723000
          """)
  void aPullTookAsLongAsItWasWaitedFor(String message, long millis) {
    assertThat(PullTime.of(message)).isEqualTo(Duration.ofMillis(millis));
  }

  @Test
  void anImageThatWasThereWasNotPulled() {
    assertThat(PullTime.of("Container image \"x\" already present on machine")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "kube-controller-manager, false, autoscaler",
    "kube-controller-manager, true, keda",
    "keda-operator, false, keda",
    "kubectl, false, kubectl",
    "kubectl-scale, false, kubectl",
    "argocd-controller, false, argocd",
    "Helm, false, helm",
    "helm-controller, false, flux",
    "autoscaler, false, knative",
    "my-script, false, other",
    "'', false, unknown"
  })
  void whoScaledIsToldByTheManagersName(String manager, boolean kedas, String label) {
    assertThat(ScaleActor.of(manager, kedas).label()).isEqualTo(label);
  }

  @Test
  void theManagerIsTheOneThatWroteTheReplicasLast() {
    JsonNode metadata = Fixtures.deployment(1, 1, "kubectl").path("metadata");
    assertThat(ScaleActor.manager(metadata)).isEqualTo("kubectl");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'name':'p'} | Pod | p
          {'name':'p','ownerReferences':[{'kind':'ReplicaSet','name':'a-b-5f','controller':true}],'labels':{'pod-template-hash':'5f'}} | Deployment | a-b
          {'name':'p','ownerReferences':[{'kind':'ReplicaSet','name':'alone','controller':true}]} | ReplicaSet | alone
          {'name':'p','ownerReferences':[{'kind':'ReplicaSet','name':'r-77','controller':true}],'labels':{'rollouts-pod-template-hash':'77'}} | Rollout | r
          {'name':'p','ownerReferences':[{'kind':'StatefulSet','name':'s','controller':true}]} | StatefulSet | s
          {'name':'p','ownerReferences':[{'kind':'StatefulSet','name':'g-0','controller':true}],'labels':{'leaderworkerset.sigs.k8s.io/name':'g'}} | LeaderWorkerSet | g
          {'name':'p','ownerReferences':[{'kind':'Job','name':'n-28391820','controller':true}]} | CronJob | n
          {'name':'p','ownerReferences':[{'kind':'Job','name':'train-2','controller':true}]} | Job | train-2
          {'name':'p','ownerReferences':[{'kind':'ConfigMap','name':'x'}]} | Pod | p
          """)
  void aPodIsItsOwnersReplica(String metadata, String kind, String name) {
    assertThat(Workload.of("Pod", Fixtures.object(metadata))).isEqualTo(new Workload(kind, name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'metadata':{'labels':{'streamgauge.dev/inject':'true'}}} | true
          {'metadata':{'annotations':{'streamgauge.dev/engine':'vllm'}}} | true
          {'metadata':{'labels':{'streamgauge.dev/inject':'false'},'annotations':{'streamgauge.dev/engine':'vllm'}}} | false
          {'spec':{'initContainers':[{'name':'streamgauge'}]}} | true
          {'metadata':{'labels':{'streamgauge.dev/inject':'false'}},'spec':{'containers':[{'name':'streamgauge'}]}} | true
          {'metadata':{'labels':{'app':'streamgauge.dev/x'}}} | false
          """)
  void aModelServerHasALabelAnAnnotationOrTheSidecar(String pod, boolean is) {
    assertThat(ModelServers.has(Fixtures.object(pod))).isEqualTo(is);
  }
}
