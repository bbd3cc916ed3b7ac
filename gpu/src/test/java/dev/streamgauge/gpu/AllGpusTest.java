package dev.streamgauge.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class AllGpusTest {
  private final Scripted first = new Scripted();
  private final Scripted second = new Scripted();
  private final AllGpus all = new AllGpus(List.of(first, second));

  private static GpuReading seen(String... uuidsAndDrivers) {
    Map<String, String> drivers = new HashMap<>();
    for (int i = 0; i < uuidsAndDrivers.length; i += 2) {
      drivers.put(uuidsAndDrivers[i], uuidsAndDrivers[i + 1]);
    }
    return new GpuReading.Seen(new GpuSnapshot(drivers, List.of(), List.of(), List.of()));
  }

  private void look(int times) {
    IntStream.range(0, times).forEach(_ -> all.read());
  }

  @Test
  void aMakerWithoutADriverIsLookedForOnceInSixtyLooksWhereAnotherHasOne() {
    first.reading = seen("GPU-a", "570");
    look(3 * AllGpus.LOOKS_WITHOUT);
    assertThat(first.looks).isEqualTo(180);
    assertThat(second.looks).isEqualTo(3);
  }

  @Test
  void whereNobodyHasADriverAllAreAskedEachTime() {
    look(10);
    assertThat(first.looks).isEqualTo(10);
    assertThat(second.looks).isEqualTo(10);
    assertThat(all.read()).isEqualTo(new GpuReading.NoDriver("none; none"));
  }

  @Test
  void aDriverThatComesIsFoundAtTheNextTime() {
    first.reading = seen("GPU-a", "570");
    look(1);
    second.reading = seen("b", "6.3");
    look(AllGpus.LOOKS_WITHOUT - 1);
    assertThat(all.read()).isEqualTo(seen("GPU-a", "570", "b", "6.3"));
  }

  @Test
  void oneThatIsLostIsMissingWhereTheOtherAnswersAndElseAllAreLost() {
    first.reading = new GpuReading.Lost("fell off the bus");
    second.reading = seen("b", "6.3");
    assertThat(all.read())
        .isEqualTo(
            new GpuReading.Seen(
                new GpuSnapshot(
                    Map.of("b", "6.3"), List.of(), List.of(), List.of("fell off the bus"))));
    second.reading = new GpuReading.NoDriver("none");
    look(1);
    assertThat(all.read()).isEqualTo(new GpuReading.Lost("fell off the bus"));
  }

  @Test
  void errorsOfTheSameWordAreOneNumber() {
    first.errors = Map.of("unknown", 2L, "gpu_is_lost", 1L);
    second.errors = Map.of("unknown", 3L);
    assertThat(all.errors())
        .containsExactlyInAnyOrderEntriesOf(Map.of("unknown", 5L, "gpu_is_lost", 1L));
  }

  private static final class Scripted implements GpuReader {
    private GpuReading reading = new GpuReading.NoDriver("none");
    private Map<String, Long> errors = Map.of();
    private int looks;

    @Override
    public GpuReading read() {
      looks++;
      return reading;
    }

    @Override
    public void close() {}

    @Override
    public String lastCall() {
      return "none";
    }

    @Override
    public long calls() {
      return looks;
    }

    @Override
    public Map<String, Long> errors() {
      return errors;
    }

    @Override
    public List<XidCounts.Count> xids() {
      return List.of();
    }
  }
}
