package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.Injection;
import dev.streamgauge.cluster.inject.Injector;
import dev.streamgauge.cluster.inject.Note;
import dev.streamgauge.cluster.inject.Policy;
import dev.streamgauge.cluster.webhook.InjectionMetrics.Fault;
import dev.streamgauge.cluster.webhook.WebhookServer.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * From a body to its answer. Whatever happens the pod is admitted: what is no review is answered
 * with an error of HTTP, which the webhook's {@code failurePolicy: Ignore} takes for a yes, and all
 * else with {@code allowed: true}. Any thread.
 */
final class Admission implements Function<byte[], Answer> {
  /** Where a webhook that fails would keep the cluster, or itself, from coming up again. */
  static final String SYSTEM = "kube-system";

  /** A pod in hand is a tree and its copies, many times the size of its body. */
  static final int PODS_MAX = 2;

  /** Below the time that the API server gives a webhook, so that it hears why. */
  private static final long WAIT_MILLIS_MAX = 1_000;

  private final Semaphore pods = new Semaphore(PODS_MAX, true);
  private final Supplier<Policy> policy;
  private final Function<String, Map<String, String>> namespaceAnnotations;
  private final Set<String> neverIn;
  private final Notices notices;
  private final InjectionMetrics metrics;
  private final LongSupplier nanoClock;
  private final Consumer<String> log;

  /**
   * Decides.
   *
   * @param namespaceAnnotations of a namespace by its name; empty where they are not known
   * @param neverIn namespaces where nothing is injected
   */
  Admission(
      Supplier<Policy> policy,
      Function<String, Map<String, String>> namespaceAnnotations,
      Set<String> neverIn,
      Notices notices,
      InjectionMetrics metrics,
      LongSupplier nanoClock,
      Consumer<String> log) {
    this.policy = policy;
    this.namespaceAnnotations = namespaceAnnotations;
    this.neverIn = neverIn;
    this.notices = notices;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.log = log;
  }

  @Override
  public Answer apply(byte[] body) {
    long began = nanoClock.getAsLong();
    if (!mayBegin()) {
      return Answer.text(503, "too many reviews at once");
    }
    try {
      return answer(body);
    } finally {
      pods.release();
      metrics.reviewed(nanoClock.getAsLong() - began);
    }
  }

  private boolean mayBegin() {
    try {
      return pods.tryAcquire(WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Answer answer(byte[] body) {
    return switch (Review.read(body)) {
      case Review.Unreadable(String why) -> {
        metrics.count(Fault.UNREADABLE);
        yield Answer.text(400, "no AdmissionReview of admission.k8s.io/v1: " + why);
      }
      case Review.NotAPod(String uid, String what) -> {
        metrics.count(Fault.NOT_A_POD);
        yield json(AdmissionAnswer.unchanged(uid, List.of("passed by: " + what), "not_a_pod"));
      }
      case Review.Asked(AdmissionRequest request) -> json(decide(request));
    };
  }

  private static Answer json(AdmissionAnswer answer) {
    return new Answer(200, answer.json());
  }

  private AdmissionAnswer decide(AdmissionRequest request) {
    if (neverIn.contains(request.namespace())) {
      metrics.countOwnNamespace();
      return AdmissionAnswer.unchanged(request.uid(), List.of(), InjectionMetrics.OWN_NAMESPACE);
    }
    try {
      Injection injection = injection(request);
      AdmissionAnswer answer = answer(request, injection);
      metrics.count(injection);
      return answer;
    } catch (RuntimeException | StackOverflowError e) {
      // a fault of ours may not keep a pod from starting
      metrics.count(Fault.INTERNAL);
      log.accept("webhook: a pod in " + request.namespace() + " could not be decided on: " + e);
      return AdmissionAnswer.unchanged(
          request.uid(), List.of("no sidecar, by a fault of the webhook's"), "error");
    }
  }

  private Injection injection(AdmissionRequest request) {
    Policy here =
        policy
            .get()
            .with(namespaceAnnotations.apply(request.namespace()))
            .forAdmission(request.uid());
    return Injector.inject(request.podInNamespace(), here);
  }

  private AdmissionAnswer answer(AdmissionRequest request, Injection injection) {
    return switch (injection) {
      case Injection.Injected(ObjectNode pod, _, List<Note> warnings) -> {
        ArrayNode patch = JsonPatch.between(request.podInNamespace(), pod);
        tell(request, warnings);
        List<String> texts = warnings.stream().map(Note::message).toList();
        yield new AdmissionAnswer(request.uid(), patch, texts, injection.resultLabel());
      }
      case Injection.Skipped skipped ->
          AdmissionAnswer.unchanged(request.uid(), List.of(), skipped.reason().label());
      case Injection.Refused refused -> {
        if (!request.dryRun()) {
          notices.refused(request.namespace(), request.pod(), refused);
        }
        yield AdmissionAnswer.unchanged(
            request.uid(), List.of("no sidecar: " + refused.message()), refused.reason().label());
      }
    };
  }

  private void tell(AdmissionRequest request, List<Note> warnings) {
    if (!request.dryRun()) {
      warnings.forEach(note -> notices.warned(request.namespace(), request.pod(), note));
    }
  }
}
