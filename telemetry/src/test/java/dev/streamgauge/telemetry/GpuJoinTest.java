package dev.streamgauge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.ThrottleReason;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.timeline.RequestRecord;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GpuJoinTest {
  private static final String ENERGY = "streamgauge_energy_joules_total";
  private static final double WATTS = 400;

  private final Telemetry telemetry = new Telemetry(TelemetrySettings.defaults());
  private double seconds = 1000;

  @Test
  void withoutAGpuARequestHasNothingAndTheCounterStandsStill() {
    LiveRequest request = begin();
    assertThat(request).isSameAs(LiveRequest.NONE);
    assertThat(request.use(nanos())).isNull();
    telemetry.gpuWatcher().looked(null, nanos());
    assertThat(begin()).isSameAs(LiveRequest.NONE);
    assertThat(MetricsText.of(telemetry).lines())
        .filteredOn(line -> line.startsWith(ENERGY))
        .containsExactly(ENERGY + "{model=\"other\"} 0.0");
  }

  @Test
  void whatNobodyUsedIsIdle() {
    look(500);
    assertThat(energy("idle")).isZero();
    after(1, 560);
    after(1, 660);
    assertThat(energy("idle")).isEqualTo(160);
    assertThat(total()).isEqualTo(160);
  }

  @Test
  void anIntervalIsSplitByTheTokensThatCameInIt() {
    look(0);
    LiveRequest one = begin();
    LiveRequest two = begin();
    token(one, "a", 30);
    token(two, "b", 10);
    after(1, 400);
    assertThat(energy("a")).isEqualTo(300);
    assertThat(energy("b")).isEqualTo(100);
    two.tokens(5);
    after(1, 900);
    assertThat(energy("a")).isEqualTo(300);
    assertThat(energy("b")).isEqualTo(600);
    assertThat(total()).isEqualTo(900);
    assertThat(one.use(nanos())).extracting(use -> use.energyJoules()).isEqualTo(300.0);
  }

  @Test
  void anIntervalWithoutTokensIsSplitEvenlyAndNamedAtTheFirstToken() {
    look(0);
    LiveRequest one = begin();
    LiveRequest two = begin();
    after(1, 300);
    assertThat(total()).isZero(); // nobody knows yet of which model they are
    token(one, "a", 1);
    after(1, 400);
    assertThat(energy("a")).isEqualTo(250);
    end(two, "a");
    after(1, 400);
    assertThat(energy("a")).isEqualTo(400);
    assertThat(total()).isEqualTo(400);
  }

  @Test
  void whoEndsBetweenTwoLooksHasItsPartOfTheIntervalAllTheSame() {
    look(0);
    LiveRequest one = begin();
    token(one, "a", 3);
    seconds += 0.5;
    end(one, "a");
    LiveRequest two = begin();
    token(two, "b", 1);
    seconds += 0.5;
    look(100);
    assertThat(energy("a")).isEqualTo(75);
    assertThat(energy("b")).isEqualTo(25);
    after(1, 150); // two is there, and has no token
    assertThat(energy("a")).isEqualTo(75);
    assertThat(energy("b")).isEqualTo(75);
  }

  @Test
  void theLogsLineAddsItsPartOfThePowerSinceTheLastLook() {
    look(0);
    LiveRequest one = begin();
    LiveRequest two = begin();
    token(one, "a", 3);
    token(two, "a", 1);
    after(1, 400);
    seconds += 0.5;
    RequestRecord.GpuUse use = use(one);
    assertThat(use.energyJoules()).isEqualTo(300 + 0.75 * WATTS * 0.5);
    end(one, "a");
    end(two, "a");
    after(0.5, 600);
    assertThat(total()).isEqualTo(600);
  }

  @Test
  void withoutALookInItsLifeOnlyTheCompanyIsKnown() {
    look(0);
    LiveRequest one = begin();
    seconds += 0.1;
    assertThat(use(one)).isEqualTo(new RequestRecord.GpuUse(null, null, null, 1.0, false));
  }

  @Test
  void utilizationAndCompanyAreMeansOverTheLife() {
    look(0, 0.2);
    LiveRequest one = begin();
    seconds += 1;
    LiveRequest two = begin();
    look(10, 0.5);
    seconds += 2;
    look(20, 1.0);
    end(two, "b");
    seconds += 1;
    RequestRecord.GpuUse use = use(one);
    assertThat(use.utilizationRatio()).isEqualTo((0.5 + 2 * 1.0 + 1.0) / 4);
    assertThat(use.concurrent()).isEqualTo((1.5 + 2 * 2 + 1.5) / 4);
  }

  @Test
  void aLookThatIsTooOldTellsNothing() {
    look(0);
    LiveRequest one = begin();
    token(one, "a", 1);
    after(1, 100);
    seconds += 5.5;
    assertThat(use(one).energyJoules()).isNull();
  }

  @Test
  void aCounterThatBeginsAnewIsTakenFromZero() {
    look(1000);
    LiveRequest one = begin();
    token(one, "a", 1);
    after(1, 1100);
    one.tokens(1);
    after(1, 30);
    assertThat(energy("a")).isEqualTo(130);
  }

  @Test
  void whatWasUsedWhileNobodyLookedIsNoRequests() {
    look(0);
    LiveRequest one = begin();
    token(one, "a", 1);
    after(1, 100);
    one.tokens(1);
    seconds += 1;
    telemetry.gpuWatcher().looked(null, nanos());
    one.tokens(1);
    after(1, 700);
    one.tokens(1);
    after(1, 800);
    assertThat(energy("a")).isEqualTo(200);
    assertThat(energy("other")).isEqualTo(600);
    assertThat(total()).isEqualTo(800);
    assertThat(use(one).energyJoules()).isNull();
  }

  @Test
  void aGpuThatVanishesTakesItsPartAndTheOthersGoOn() {
    looked(List.of(gpu("A", 0.0, ""), gpu("B", 0.0, "")), List.of());
    LiveRequest one = begin();
    token(one, "a", 1);
    seconds += 1;
    looked(List.of(gpu("A", 100.0, ""), gpu("B", 50.0, "")), List.of());
    assertThat(use(one).energyJoules()).isEqualTo(150);
    seconds += 1;
    looked(List.of(gpu("A", 200.0, "")), List.of("B"));
    assertThat(energy("a")).isEqualTo(250);
    assertThat(use(one).energyJoules()).isNull();
    seconds += 1;
    looked(List.of(gpu("A", 300.0, ""), gpu("B", 90.0, "")), List.of());
    assertThat(energy("a")).isEqualTo(350);
    assertThat(energy("other")).isEqualTo(40);
    assertThat(total()).isEqualTo(390);
  }

  @Test
  void ofAPartOfAGpuNoEnergyIsKnown() {
    looked(List.of(gpu("A", 0.0, "1g.10gb")), List.of());
    LiveRequest one = begin();
    token(one, "a", 1);
    seconds += 1;
    looked(List.of(gpu("A", 100.0, "1g.10gb")), List.of());
    assertThat(total()).isZero();
    assertThat(use(one).energyJoules()).isNull();
    assertThat(use(one).concurrent()).isEqualTo(1);
  }

  @Test
  void whereTheCardCountsNoEnergyNoneIsKnown() {
    looked(List.of(gpu("A", null, "")), List.of());
    LiveRequest one = begin();
    token(one, "a", 1);
    seconds += 1;
    looked(List.of(gpu("A", null, "")), List.of());
    assertThat(total()).isZero();
    assertThat(use(one).energyJoules()).isNull();
    assertThat(use(one).utilizationRatio()).isNotNull();
  }

  @Test
  void aCallThatMayRestTakesPartByItsTokensAlone() {
    look(0);
    LiveRequest call = telemetry.live().admitted(true, nanos());
    after(1, 100);
    assertThat(energy("idle")).isEqualTo(100);
    token(call, "a", 1);
    after(1, 250);
    assertThat(energy("a")).isEqualTo(150);
  }

  @Test
  void clocksThatAreHeldDownBeforeTheFirstTokenAreSeen() {
    look(0);
    LiveRequest before = begin();
    token(before, "a", 1);
    LiveRequest during = begin();
    throttled(ThrottleReason.SW_THERMAL);
    token(during, "a", 1);
    LiveRequest still = begin();
    token(still, "a", 1);
    throttled(ThrottleReason.APPLICATION_CLOCKS); // a setting
    LiveRequest after = begin();
    token(after, "a", 1);
    throttled(ThrottleReason.SW_POWER_CAP); // as at any full load
    LiveRequest capped = begin();
    token(capped, "a", 1);
    assertThat(use(capped).throttled()).isFalse();
    assertThat(use(before).throttled()).isFalse();
    assertThat(use(during).throttled()).isTrue();
    assertThat(use(still).throttled()).isTrue();
    assertThat(use(after).throttled()).isFalse();
  }

  @Test
  void pastTheLimitRequestsHaveNoPart() {
    look(0);
    List<LiveRequest> all = new ArrayList<>();
    for (int i = 0; i < GpuJoin.REQUESTS_MAX; i++) {
      all.add(begin());
    }
    assertThat(begin()).isSameAs(LiveRequest.NONE);
    all.forEach(each -> end(each, "a"));
    assertThat(begin()).isSameAs(LiveRequest.NONE);
    after(1, 100);
    assertThat(begin()).isNotSameAs(LiveRequest.NONE);
  }

  /** However requests come, go and overlap, each microjoule has one place. */
  @Test
  void allPartsAddUpToTheCountersDifference() {
    Random random = new Random(7);
    looked(List.of(gpu("A", 1000.0, ""), gpu("B", 5.0, "")), List.of());
    List<LiveRequest> running = new ArrayList<>();
    double[] joules = {1000, 5};
    double logged = 0;
    for (int look = 0; look < 2000; look++) {
      for (int i = random.nextInt(4); i > 0; i--) {
        running.add(begin());
      }
      for (LiveRequest each : running) {
        if (random.nextInt(3) == 0) {
          token(each, "m" + random.nextInt(5), random.nextInt(40));
        }
      }
      while (!running.isEmpty() && random.nextInt(3) > 0) {
        LiveRequest ending = running.remove(random.nextInt(running.size()));
        Double own = use(ending).energyJoules();
        logged += own == null ? 0 : own;
        end(ending, "m0");
      }
      if (random.nextInt(50) == 0) {
        running.forEach(each -> end(each, "m1"));
        running.clear();
      }
      seconds += 1;
      joules[0] += random.nextInt(700_000) / 1000.0;
      joules[1] += random.nextInt(700_000) / 1000.0;
      looked(List.of(gpu("A", joules[0], ""), gpu("B", joules[1], "")), List.of());
    }
    running.forEach(each -> end(each, "m2"));
    looked(List.of(gpu("A", joules[0], ""), gpu("B", joules[1], "")), List.of());
    assertThat(Math.round(total() * 1e6))
        .isEqualTo(Math.round((joules[0] + joules[1] - 1005) * 1000) * 1000);
    assertThat(energy("idle")).isPositive();
    assertThat(logged).isPositive();
  }

  private LiveRequest begin() {
    return telemetry.live().admitted(false, nanos());
  }

  private void token(LiveRequest request, String model, int events) {
    request.firstToken(model, null, Operation.CHAT);
    request.tokens(events);
  }

  private void end(LiveRequest request, String model) {
    request.ended(model, null, Operation.CHAT);
  }

  private RequestRecord.GpuUse use(LiveRequest request) {
    return Objects.requireNonNull(request.use(nanos()));
  }

  private long nanos() {
    return Math.round(seconds * 1e9);
  }

  private void after(double later, double joules) {
    seconds += later;
    look(joules);
  }

  private void look(double joules) {
    look(joules, 0.5);
  }

  private void look(double joules, double utilization) {
    looked(List.of(gpu("A", joules, "", utilization, Set.of())), List.of());
  }

  private void throttled(ThrottleReason reason) {
    seconds += 1;
    looked(List.of(gpu("A", 0.0, "", 0.5, Set.of(reason))), List.of());
  }

  private void looked(List<GpuSample> gpus, List<String> missing) {
    telemetry.gpuWatcher().looked(new GpuSnapshot(Map.of(), gpus, List.of(), missing), nanos());
  }

  private static GpuSample gpu(String uuid, @Nullable Double joules, String migProfile) {
    return gpu(uuid, joules, migProfile, 0.5, Set.of());
  }

  private static GpuSample gpu(
      String uuid,
      @Nullable Double joules,
      String migProfile,
      double utilization,
      Set<ThrottleReason> reasons) {
    Map<GpuField, Double> figures = new EnumMap<>(GpuField.class);
    figures.put(GpuField.UTILIZATION, utilization);
    figures.put(GpuField.POWER, WATTS);
    if (joules != null) {
      figures.put(GpuField.ENERGY, joules);
    }
    return new GpuSample(new GpuIdentity(uuid, "H100", migProfile), figures, reasons, Map.of());
  }

  private double energy(String model) {
    return MetricsText.of(telemetry).sum(ENERGY, "model=\"" + model + "\"");
  }

  private double total() {
    return MetricsText.of(telemetry).sum(ENERGY);
  }
}
