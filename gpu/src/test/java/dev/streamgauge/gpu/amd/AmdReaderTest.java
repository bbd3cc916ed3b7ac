package dev.streamgauge.gpu.amd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.GpuChoice;
import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.gpu.GpuField;
import dev.streamgauge.gpu.GpuReading;
import dev.streamgauge.gpu.GpuSample;
import dev.streamgauge.gpu.GpuSnapshot;
import dev.streamgauge.gpu.ThrottleReason;
import dev.streamgauge.gpu.driver.DriverReader;
import dev.streamgauge.gpu.driver.Means;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AmdReaderTest {
  @TempDir Path folder;
  private final Map<String, String> says = new TreeMap<>();

  @BeforeEach
  void build() throws Exception {
    Process cc =
        new ProcessBuilder(
                "sh",
                "-c",
                "command -v cc >/dev/null || exit 77; exec cc -std=c11 -Wall -Wextra -Werror -fPIC"
                    + " -shared -o \"$0\" src/test/c/amdsmi_fake.c -ldl",
                folder.resolve("libamd_smi.so").toString())
            .inheritIO()
            .start();
    int code = cc.waitFor();
    Assumptions.assumeFalse(code == 77, "no C compiler: the fake driver cannot be built");
    assertThat(code).isZero();
    says.put("count", "0");
    hasGpu(0);
  }

  @Test
  void everyFigureHasItsPublishedUnit() {
    GpuSample sample = look(reader(null)).gpus().getFirst();
    assertThat(sample.gpu().uuid()).isEqualTo(uuid(0));
    assertThat(sample.gpu().name()).isEqualTo("AMD Instinct MI300X");
    assertThat(sample.figures())
        .containsOnly(
            Map.entry(GpuField.UTILIZATION, 0.93),
            Map.entry(GpuField.MEMORY_UTILIZATION, 0.41),
            Map.entry(GpuField.MEMORY_USED, 150e9),
            Map.entry(GpuField.MEMORY_TOTAL, 206e9),
            Map.entry(GpuField.POWER, 651.0),
            Map.entry(GpuField.POWER_LIMIT, 750.0),
            Map.entry(GpuField.ENERGY, 15.3),
            Map.entry(GpuField.TEMPERATURE, 61.0),
            Map.entry(GpuField.CLOCK_GRAPHICS, 2100e6),
            Map.entry(GpuField.CLOCK_MEM, 1300e6),
            Map.entry(GpuField.ECC_CORRECTED, 3.0),
            Map.entry(GpuField.ECC_UNCORRECTED, 0.0),
            Map.entry(GpuField.NVLINK_SENT, 7 * 1024.0),
            Map.entry(GpuField.NVLINK_RECEIVED, 9 * 1024.0));
    assertThat(sample.supported())
        .containsEntry(GpuField.CLOCK_VIDEO, false)
        .containsEntry(GpuField.SM_ACTIVE, false);
  }

  @Test
  void aResidencyThatRisesBetweenTwoLooksIsThrottling() {
    AmdReader reader = reader(null);
    assertThat(look(reader).gpus().getFirst().throttled()).isNull();
    assertThat(look(reader).gpus().getFirst().throttled()).isEmpty();
    say("gpu0.ppt", "8");
    assertThat(look(reader).gpus().getFirst().throttled())
        .containsExactly(ThrottleReason.SW_POWER_CAP);
  }

  @Test
  void ofSeveralTheOneWhoseFileIsHereIsOurs() throws IOException {
    hasGpu(1);
    assertThat(look(reader(null)).gpus()).isEmpty();
    Files.createDirectories(folder.resolve("dev/dri/renderD129"));
    assertThat(look(reader(null)).gpus())
        .extracting(each -> each.gpu().uuid())
        .containsExactly(uuid(1));
  }

  @Test
  void itIsNamedByNumberByUuidAndAsTheRuntimeDoes() {
    hasGpu(1);
    for (String name : new String[] {"1", uuid(1), "GPU-10fcdd72e9d9b5e1"}) {
      assertThat(look(reader(name)).gpus())
          .as(name)
          .extracting(each -> each.gpu().uuid())
          .containsExactly(uuid(1));
    }
  }

  @Test
  void aDeviceThatTellsNothingAnyMoreIsLostAndComesBack() {
    AmdReader reader = reader(null);
    look(reader);
    Map<String, String> before = new TreeMap<>(says);
    says.keySet().removeIf(key -> key.startsWith("gpu0."));
    write();
    assertThat(reader.read()).isInstanceOf(GpuReading.Lost.class);
    reader.close();
    says.putAll(before);
    write();
    assertThat(look(reader).whole()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(value = AmdCode.class, mode = EnumSource.Mode.EXCLUDE, names = "SUCCESS")
  void eachCodeAtEachCallIsCountedAndComesToNothingWorse(AmdCode code) {
    for (AmdFunction function : AmdFunction.values()) {
      AmdReader reader = reader(null);
      look(reader);
      reader.close();
      say("return." + function.symbol(), Integer.toUnsignedString(code.number()));
      GpuReading reading = reader.read();
      if (code.means() == Means.NOT_NOW) {
        assertThat(reader.errors().get(code.label())).as("%s", function).isNotNegative();
      }
      assertThat(reading).isNotNull();
      reader.close();
      says.remove("return." + function.symbol());
      write();
      assertThat(look(reader).whole()).as("%s: %s", function, code).isTrue();
    }
  }

  private void hasGpu(int index) {
    String gpu = "gpu" + index + ".";
    says.put("count", "" + (index + 1));
    says.put(gpu + "uuid", uuid(index));
    says.put(gpu + "name", "AMD Instinct MI300X");
    says.put(gpu + "driver", "6.12.12");
    says.put(gpu + "bdf", "" + ((index + 1) << 8));
    says.put(gpu + "gfx", "93");
    says.put(gpu + "umc", "41");
    says.put(gpu + "memory_used", "150000000000");
    says.put(gpu + "memory_total", "206000000000");
    says.put(gpu + "watts", "651");
    says.put(gpu + "power_cap", "750000000");
    says.put(gpu + "energy", "1000000");
    says.put(gpu + "hotspot", "61");
    says.put(gpu + "gfxclk", "2100");
    says.put(gpu + "memclk", "1300");
    says.put(gpu + "ecc_corrected", "3");
    says.put(gpu + "ecc_uncorrected", "0");
    says.put(gpu + "xgmi_write", "7");
    says.put(gpu + "xgmi_read", "9");
    says.put(gpu + "ppt", "5");
    write();
    try {
      Files.createDirectories(
          folder.resolve(
              "sys/bus/pci/devices/0000:%02x:00.0/drm/renderD%d"
                  .formatted(index + 1, 128 + index)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String uuid(int index) {
    return "%02dff74a1-0000-1000-80fc-dd72e9d9b5e1".formatted(index * 10);
  }

  private void say(String key, String value) {
    says.put(key, value);
    write();
  }

  private void write() {
    StringBuilder text = new StringBuilder();
    says.forEach((key, value) -> text.append(key).append(' ').append(value).append('\n'));
    try {
      Files.writeString(folder.resolve("script"), text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private AmdReader reader(@Nullable String devices) {
    ProxySettings.Gpu settings =
        new ProxySettings.Gpu(
            new GpuChoice.Auto(), Duration.ofSeconds(1), devices, null, null, null);
    return new AmdReader(
        settings,
        () -> 0,
        () -> DriverReader.library(folder.resolve("libamd_smi.so").toString()),
        new AmdFiles(folder));
  }

  private static GpuSnapshot look(AmdReader reader) {
    GpuReading reading = reader.read();
    assertThat(reading).isInstanceOf(GpuReading.Seen.class);
    return ((GpuReading.Seen) reading).snapshot();
  }
}
