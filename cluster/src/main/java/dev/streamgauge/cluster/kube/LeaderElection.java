package dev.streamgauge.cluster.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One of several replicas leads: who holds a Lease (coordination.k8s.io/v1) and renews it. Others
 * take it when they have seen it unchanged for its whole length by their own clock; nobody compares
 * clocks. A leader that could not renew it in time leads no more before anybody else can. One
 * thread of its own.
 */
public final class LeaderElection implements AutoCloseable {
  /**
   * How long things take.
   *
   * @param lease how long a lease is good for without a renewal
   * @param renewBy after which without a renewal the leader stops leading; shorter than the lease
   * @param retry between two looks
   */
  public record Timing(Duration lease, Duration renewBy, Duration retry) {
    public static Timing standard() {
      return new Timing(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));
    }
  }

  private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

  private final KubeClient client;
  private final ObjectRef lease;
  private final String identity;
  private final Timing timing;
  private final InstantSource wallClock;
  private final LongSupplier nanos;
  private final Consumer<Boolean> changed;
  private final Consumer<String> log;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /** What was seen of the lease, and when by our own clock it was new. Of the thread alone. */
  private String seen = "";

  private long seenAtNanos;
  private boolean told;
  private boolean failing;

  private volatile boolean leading;
  private volatile long renewedAtNanos;

  /**
   * Starts at once.
   *
   * @param identity ours; no other replica's
   * @param nanos a monotonic clock
   * @param changed told on the thread of this when we begin to lead and when we stop
   */
  public LeaderElection(
      KubeClient client,
      ObjectRef lease,
      String identity,
      Timing timing,
      InstantSource wallClock,
      LongSupplier nanos,
      Consumer<Boolean> changed,
      Consumer<String> log) {
    this.client = client;
    this.lease = lease;
    this.identity = identity;
    this.timing = timing;
    this.wallClock = wallClock;
    this.nanos = nanos;
    this.changed = changed;
    this.log = log;
    thread = Thread.ofPlatform().daemon().name("leader-election").start(this::run);
  }

  /** Any thread. False as soon as another may lead, whatever keeps our own thread. */
  public boolean leads() {
    return leading && nanos.getAsLong() - renewedAtNanos < timing.renewBy().toNanos();
  }

  /** Gives the lease back, if it is ours, so that another can take it at once. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(CLOSE_MAX)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      do {
        look();
      } while (!closing.await(timing.retry().toNanos(), TimeUnit.NANOSECONDS));
      release();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    long began = nanos.getAsLong();
    if (renewed()) {
      renewedAtNanos = began;
      leading = true;
    } else if (leading && !leads()) {
      leading = false;
    }
    tell(leads());
  }

  private void tell(boolean now) {
    if (now != told) {
      told = now;
      log.accept(now ? "leads: " + lease.name() + " is held" : "leads no more");
      changed.accept(now);
    }
  }

  /** Whether the lease is ours, as of before the call. */
  private boolean renewed() {
    return switch (client.get(lease)) {
      case Answer.Done(ObjectNode object) -> renewed(object);
      case Answer.Failure failure when failure.is(StatusReason.NOT_FOUND) -> created();
      case Answer.Failure failure -> failed(failure);
    };
  }

  private boolean created() {
    ObjectNode object = client.mapper().createObjectNode();
    object.put("apiVersion", Resource.LEASES.apiVersion()).put("kind", "Lease");
    object.putObject("metadata").put("name", lease.name());
    hold(object, 0, true);
    return done(client.create(Resource.LEASES, lease.namespace(), object));
  }

  private boolean renewed(ObjectNode object) {
    String holder = object.path("spec").path("holderIdentity").asText("");
    boolean ours = holder.equals(identity);
    if (!ours && !holder.isEmpty() && !hasRunOut(object)) {
      leading = false;
      return false;
    }
    int transitions = object.path("spec").path("leaseTransitions").asInt(0);
    hold(object, ours ? transitions : transitions + 1, !ours);
    // the resource version in it makes this fail if somebody else was faster
    return done(client.update(lease, object));
  }

  private boolean hasRunOut(ObjectNode object) {
    String now = object.path("metadata").path("resourceVersion").asText("");
    if (!Objects.equals(now, seen)) {
      seen = now;
      seenAtNanos = nanos.getAsLong();
    }
    long seconds =
        object.path("spec").path("leaseDurationSeconds").asLong(timing.lease().toSeconds());
    return nanos.getAsLong() - seenAtNanos >= TimeUnit.SECONDS.toNanos(seconds);
  }

  private void hold(ObjectNode object, int transitions, boolean anew) {
    String now = MicroTime.text(wallClock.instant());
    ObjectNode spec = object.withObject("/spec");
    spec.put("holderIdentity", identity);
    spec.put("leaseDurationSeconds", Math.max(1, timing.lease().toSeconds()));
    spec.put("renewTime", now);
    spec.put("leaseTransitions", transitions);
    if (anew) {
      spec.put("acquireTime", now);
    }
  }

  private boolean done(Answer answer) {
    return switch (answer) {
      case Answer.Done _ -> {
        failing = false;
        yield true;
      }
      case Answer.Failure failure -> failed(failure);
    };
  }

  private boolean failed(Answer.Failure failure) {
    boolean lost = failure.is(StatusReason.CONFLICT) || failure.is(StatusReason.ALREADY_EXISTS);
    if (!lost && !failing) {
      failing = true;
      log.accept("lease " + lease.name() + ": " + failure.text() + "; trying again");
    }
    return false;
  }

  private void release() {
    boolean was = leading;
    leading = false;
    tell(false);
    @Nullable ObjectNode object = was ? client.get(lease).orNull() : null;
    if (object != null && identity.equals(object.path("spec").path("holderIdentity").asText())) {
      object.withObject("/spec").put("holderIdentity", "").put("leaseDurationSeconds", 1);
      var _ = client.update(lease, object);
    }
  }
}
