package dev.streamgauge.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.config.GpuChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssignedGpusTest {
  /** GPUs are a0, b1, c2 and so on; those of a cut one a0/0, a0/1. */
  private static final List<VisibleGpu> FOUR = gpus(4, 0);

  private static final List<VisibleGpu> CUT = gpus(2, 3);

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "all", "void", "/var/run/nvidia-container-devices"})
  void theOnlyOneIsOursWhereNothingAssigns(@Nullable String devices) {
    AssignedGpus assigned = auto(devices, null, gpus(1, 0));
    assertThat(uuids(assigned.ours())).containsExactly("GPU-a0");
    assertThat(assigned.others()).isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "all", "void", "/var/run/nvidia-container-devices"})
  void ofSeveralNoneIsOursWhereNothingAssigns(@Nullable String devices) {
    AssignedGpus assigned = auto(devices, null, FOUR);
    assertThat(assigned.ours()).isEmpty();
    assertThat(uuids(assigned.others())).containsExactly("GPU-a0", "GPU-b1", "GPU-c2", "GPU-d3");
  }

  @Test
  void theOneThatIsLeftOfTwoDoesNotBecomeOurs() {
    assertThat(assign("all", null, null, gpus(1, 0), true).ours()).isEmpty();
    assertThat(assign("1", null, null, gpus(1, 0), true).ours()).isEmpty();
    assertThat(assign("1", null, null, gpus(1, 0), true).missing()).containsExactly("1");
  }

  @Test
  void noneIsNone() {
    assertThat(auto("none", null, FOUR)).isEqualTo(AssignedGpus.NONE);
    assertThat(auto(null, null, List.of())).isEqualTo(AssignedGpus.NONE);
    assertThat(auto("all", null, gpus(1, 0).subList(0, 0)).missing()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2|GPU-c2",
        "0,3|GPU-a0,GPU-d3",
        "3,0|GPU-d3,GPU-a0",
        "GPU-b1|GPU-b1",
        "gpu-b1|GPU-b1",
        "GPU-b|GPU-b1",
        "GPU-b1,GPU-b1|GPU-b1",
        " GPU-b1 , GPU-c2 |GPU-b1,GPU-c2",
        "nvidia.com/gpu=1|GPU-b1",
        "nvidia.com/gpu=GPU-d3|GPU-d3",
      })
  void theRuntimesListAssigns(String devices, String expected) {
    AssignedGpus assigned = auto(devices, null, FOUR);
    assertThat(String.join(",", uuids(assigned.ours()))).isEqualTo(expected);
    assertThat(assigned.others()).isEmpty();
    assertThat(assigned.missing()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"GPU-x", "9", "GPU-", "MIG-a0/0", "0:1", "GPU", "12345678901234567890"})
  void whatIsNotThereIsMissing(String devices) {
    AssignedGpus assigned = auto(devices, null, FOUR);
    assertThat(assigned.ours()).isEmpty();
    assertThat(assigned.missing()).containsExactly(devices);
  }

  @Test
  void aPrefixOfTwoIsNobodys() {
    List<VisibleGpu> alike = List.of(gpu("GPU-aa", 0, List.of()), gpu("GPU-ab", 1, List.of()));
    assertThat(auto("GPU-a", null, alike).ours()).isEmpty();
    assertThat(auto("GPU-a", null, alike).missing()).containsExactly("GPU-a");
  }

  /** The runtime hides the others: number 6 of the node is then the only one that is seen. */
  @Test
  void asManyAsAreNamedAreThoseThatWereMeant() {
    assertThat(uuids(auto("6", null, gpus(1, 0)).ours())).containsExactly("GPU-a0");
    assertThat(uuids(auto("6,7", null, gpus(2, 0)).ours())).containsExactly("GPU-a0", "GPU-b1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MIG-b1-2|MIG-b1-2",
        "MIG-GPU-b1/9/0|MIG-b1-2",
        "1:2|MIG-b1-2",
        "0:0,1:1|MIG-a0-0,MIG-b1-1",
        "GPU-b1|GPU-b1,MIG-b1-0,MIG-b1-1,MIG-b1-2",
      })
  void migDevicesHaveThreeNames(String devices, String expected) {
    assertThat(String.join(",", uuids(auto(devices, null, CUT).ours()))).isEqualTo(expected);
  }

  @Test
  void theOnlyMigDeviceIsOursAndItsGpuIsNot() {
    assertThat(uuids(auto("all", null, gpus(1, 1)).ours())).containsExactly("MIG-a0-0");
    assertThat(uuids(auto("all", null, gpus(1, 2)).others()))
        .containsExactly("MIG-a0-0", "MIG-a0-1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "all|1|GPU-b1",
        "all|1,0|GPU-b1,GPU-a0",
        "2,3|0|GPU-c2",
        "2,3|1|GPU-d3",
        "2,3|GPU-d3|GPU-d3",
        "2,3|GPU-a0|''",
        "all|0,-1,2|GPU-a0",
        "all|0,9,2|GPU-a0",
        "all|-1|''",
        "all|''|''",
        "all|NoDevFiles|''",
        "all|GPU-c|GPU-c2",
      })
  void cudasListNarrowsTheRuntimes(String devices, String cuda, String expected) {
    AssignedGpus assigned = auto(devices, cuda, FOUR);
    assertThat(String.join(",", uuids(assigned.ours()))).isEqualTo(expected);
    assertThat(assigned.others()).isEmpty();
  }

  @Test
  void aGpuWithoutItsDeviceFileIsNotOurs() {
    AssignedGpus assigned = assign("all", null, Set.of(2), FOUR, false);
    assertThat(uuids(assigned.ours())).containsExactly("GPU-c2");
  }

  @Test
  void whereFilesAreOfNoneThatIsVisibleAllAreToldOfAndNoneIsOurs() {
    AssignedGpus assigned = assign(null, null, Set.of(7), gpus(1, 0), false);
    assertThat(assigned.ours()).isEmpty();
    assertThat(uuids(assigned.others())).containsExactly("GPU-a0");
    assertThat(assign("none", null, Set.of(7), FOUR, false)).isEqualTo(AssignedGpus.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "all|3,2,1|1|GPU-c2",
        "all|3,2,1|0,2|GPU-d3,GPU-b1",
        "all|3,2,1|3|''",
        "2,3|1,0|0|GPU-d3",
        "all|-1|0|''",
        "all|1|GPU-b1|GPU-b1",
        "all|1|GPU-c2|''",
      })
  void eachListCountsWhatTheOneBeforeLeaves(
      String devices, String first, String second, String expected) {
    AssignedGpus assigned =
        AssignedGpus.of(
            new GpuAssignment(new GpuChoice.Auto(), devices, List.of(first, second)),
            new AssignedGpus.Surroundings(null, FOUR, false));
    assertThat(String.join(",", uuids(assigned.ours()))).isEqualTo(expected);
    assertThat(assigned.others()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"all,", "0,", "GPU-a0,", ",0", ",GPU-a0"})
  void aPartitionedGpuIsClaimedByItsNameInTheOptionAlone(
      @Nullable String devices, @Nullable String narrower) {
    List<VisibleGpu> cut = List.of(partitioned("GPU-a0"));
    AssignedGpus assigned = auto(devices, narrower, cut);
    assertThat(assigned.ours()).isEmpty();
    assertThat(uuids(assigned.others())).containsExactly("GPU-a0");
    AssignedGpus named =
        AssignedGpus.of(
            settings(new GpuChoice.Named(List.of("GPU-a0")), devices, narrower),
            new AssignedGpus.Surroundings(null, cut, false));
    assertThat(uuids(named.ours())).containsExactly("GPU-a0");
  }

  @Test
  void besideAPartitionedGpuNumbersMeanNothingAndTheOtherIsNotTheOnlyOne() {
    List<VisibleGpu> two = List.of(partitioned("GPU-z9"), FOUR.get(0));
    assertThat(auto("1", null, two).ours()).isEmpty();
    assertThat(auto("1", null, two).missing()).containsExactly("1");
    assertThat(uuids(auto(null, null, two).others())).containsExactly("GPU-z9", "GPU-a0");
    assertThat(uuids(auto("GPU-a0", null, two).ours())).containsExactly("GPU-a0");
  }

  private static VisibleGpu partitioned(String uuid) {
    return new VisibleGpu(
        new GpuIdentity(uuid, "MI300X", "CPX"), 0, VisibleGpu.Cut.PARTITIONS, List.of());
  }

  @Test
  void namedOnesAreThoseAndNoOthers() {
    GpuAssignment settings =
        settings(new GpuChoice.Named(List.of("GPU-d3", "GPU-x9")), "none", "-1");
    AssignedGpus assigned =
        AssignedGpus.of(settings, new AssignedGpus.Surroundings(null, FOUR, false));
    assertThat(uuids(assigned.ours())).containsExactly("GPU-d3");
    assertThat(assigned.missing()).containsExactly("GPU-x9");
  }

  @Test
  void offIsNothing() {
    assertThat(
            AssignedGpus.of(
                settings(new GpuChoice.Off(), null, null),
                new AssignedGpus.Surroundings(null, FOUR, false)))
        .isEqualTo(AssignedGpus.NONE);
  }

  private static AssignedGpus auto(
      @Nullable String devices, @Nullable String cuda, List<VisibleGpu> visible) {
    return assign(devices, cuda, null, visible, false);
  }

  private static AssignedGpus assign(
      @Nullable String devices,
      @Nullable String cuda,
      @Nullable Set<Integer> files,
      List<VisibleGpu> visible,
      boolean fewer) {
    return AssignedGpus.of(
        settings(new GpuChoice.Auto(), devices, cuda),
        new AssignedGpus.Surroundings(files, visible, fewer));
  }

  private static GpuAssignment settings(
      GpuChoice choice, @Nullable String devices, @Nullable String cuda) {
    return new GpuAssignment(choice, devices, cuda == null ? List.of() : List.of(cuda));
  }

  private static List<VisibleGpu> gpus(int count, int instancesEach) {
    List<VisibleGpu> gpus = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = (char) ('a' + i) + "" + i;
      List<VisibleGpu.Instance> instances =
          IntStream.range(0, instancesEach)
              .mapToObj(
                  j ->
                      new VisibleGpu.Instance(
                          new GpuIdentity("MIG-" + id + "-" + j, "H100", "1g.10gb"), 7 + j, 0))
              .toList();
      gpus.add(gpu("GPU-" + id, i, instances));
    }
    return gpus;
  }

  private static VisibleGpu gpu(String uuid, int minor, List<VisibleGpu.Instance> instances) {
    VisibleGpu.Cut cut = instances.isEmpty() ? VisibleGpu.Cut.WHOLE : VisibleGpu.Cut.MIG;
    return new VisibleGpu(new GpuIdentity(uuid, "H100", ""), minor, cut, instances);
  }

  private static List<String> uuids(List<GpuIdentity> gpus) {
    return gpus.stream().map(GpuIdentity::uuid).toList();
  }
}
