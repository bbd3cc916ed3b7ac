package dev.streamgauge.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.gpu.GpuIdentity;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.Looks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of four visible GPUs a container may call its own, by the files that it was given. */
class NvidiaFilesTest {
  @TempDir Path folder;
  private FakeDriver driver;

  @BeforeEach
  void four() {
    driver = new FakeDriver(folder);
    for (int i = 0; i < 4; i++) {
      driver.hasGpu(i);
    }
  }

  /** The minor numbers in /dev, those in /proc, and those of the GPUs that are ours. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing at all          |         |         | ",
        "a plain container       |         | 0,1,2,3 | ",
        "one by CDI              | 2       | 0,1,2,3 | 2",
        "one by NVIDIA's runtime | 2       | 2       | 2",
        "and privileged          | 0,1,2,3 | 2       | 2",
        "as on a host            | 0,1,2,3 | 0,1,2,3 | ",
        "two are nobody's        | 1,3     | 0,1,2,3 | ",
        "no /proc                | 3       |         | 3",
        "no /dev                 |         | 1       | 1",
        "they contradict         | 1       | 2       | ",
        "of another driver       | 9       |         | ",
      })
  void theOneThatTheContainerWasGivenIsOurs(
      String where, @Nullable String dev, @Nullable String proc, @Nullable String ours)
      throws IOException {
    has(dev, proc);
    GpuSnapshot snapshot = Looks.look(driver.reader(settings(null)));
    if (ours != null) {
      assertThat(uuids(snapshot)).as(where).containsExactly(FakeDriver.uuid(number(ours)));
      assertThat(snapshot.others()).as(where).isEmpty();
    } else {
      assertThat(snapshot.gpus()).as(where).isEmpty();
      assertThat(snapshot.others()).as(where).isNotEmpty();
      assertThat(snapshot.whole()).as(where).isFalse();
    }
  }

  @Test
  void ofSeveralThatWereGivenThoseAloneAreToldOf() throws IOException {
    has("1,3", "0,1,2,3");
    assertThat(Looks.look(driver.reader(settings("all"))).others())
        .extracting(GpuIdentity::uuid)
        .containsExactly(FakeDriver.uuid(1), FakeDriver.uuid(3));
  }

  @Test
  void whatTheVariableNamesHasToBeGivenAsWell() throws IOException {
    has("1,3", "0,1,2,3");
    assertThat(uuids(Looks.look(driver.reader(settings(FakeDriver.uuid(3))))))
        .containsExactly(FakeDriver.uuid(3));
    GpuSnapshot both =
        Looks.look(driver.reader(settings(FakeDriver.uuid(3) + "," + FakeDriver.uuid(0))));
    assertThat(uuids(both)).containsExactly(FakeDriver.uuid(3));
    assertThat(both.missing()).containsExactly(FakeDriver.uuid(0));
  }

  @Test
  void aMinorNumberThatTheDriverDoesNotTellStandsInProc() throws IOException {
    driver.says("return.nvmlDeviceGetMinorNumber", NvmlCode.NOT_SUPPORTED.number());
    has("2", "0,1,2,3");
    assertThat(uuids(Looks.look(driver.reader(settings(null)))))
        .containsExactly(FakeDriver.uuid(2));
  }

  /** As long as nobody has used a GPU, its UUID is question marks. */
  @Test
  void aMinorNumberThatNobodyTellsLeavesAllOpen() throws IOException {
    driver.says("return.nvmlDeviceGetMinorNumber", NvmlCode.NOT_SUPPORTED.number());
    Files.createDirectories(folder.resolve("dev/nvidia2"));
    information(2, "GPU UUID: \t GPU-????????-????-????-????-????????????\nDevice Minor: \t 2\n");
    GpuSnapshot snapshot = Looks.look(driver.reader(settings(null)));
    assertThat(snapshot.gpus()).isEmpty();
    assertThat(snapshot.others()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Device Minor: \t x\n", "Model: \t H100\n"})
  void informationWithoutAMinorNumberTellsNothing(String text) throws IOException {
    has("1", null);
    information(0, text);
    assertThat(uuids(Looks.look(driver.reader(settings(null)))))
        .containsExactly(FakeDriver.uuid(1));
  }

  private void has(@Nullable String dev, @Nullable String proc) throws IOException {
    for (String file : List.of("nvidiactl", "nvidia-uvm", "nvidia-caps", "null")) {
      Files.createDirectories(folder.resolve("dev").resolve(file));
    }
    for (String minor : numbers(dev)) {
      Files.createDirectories(folder.resolve("dev/nvidia" + minor));
    }
    for (String minor : numbers(proc)) {
      int number = number(minor);
      // in the form in which the kernel module writes it
      information(
          number,
          """
          Model: \t\t NVIDIA H100 80GB HBM3
          IRQ:   \t\t 45
          GPU UUID: \t %s
          Video BIOS: \t 96.00.99.00.01
          Bus Type: \t PCIe
          DMA Size: \t 52 bits
          Bus Location: \t 0000:%02x:00.0
          Device Minor: \t %d
          GPU Firmware: \t 575.57.08
          GPU Excluded:\t No
          """
              .formatted(FakeDriver.uuid(number), number + 1, number));
    }
  }

  private void information(int number, String text) throws IOException {
    Path gpu = folder.resolve("proc/driver/nvidia/gpus/0000:%02x:00.0".formatted(number + 1));
    Files.writeString(Files.createDirectories(gpu).resolve("information"), text);
  }

  private static List<String> numbers(@Nullable String list) {
    return list == null ? List.of() : List.of(list.split(",", -1));
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  private static GpuAssignment settings(@Nullable String devices) {
    return FakeDriver.settings(new GpuChoice.Auto(), devices);
  }

  private static List<String> uuids(GpuSnapshot snapshot) {
    return snapshot.gpus().stream().map(GpuSample::gpu).map(GpuIdentity::uuid).toList();
  }
}
