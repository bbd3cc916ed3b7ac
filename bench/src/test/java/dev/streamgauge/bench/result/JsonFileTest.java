package dev.streamgauge.bench.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonFileTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void eachRoundIsKeptAndWhatIsNotKnownIsNull() throws IOException {
    FigureTable table =
        new FigureTable(
            "http1",
            "Over http1",
            List.of("target", "events/s asked"),
            List.of(new Column("cpu_us", "CPU µs/event", 1)),
            List.of(
                new Row(
                    List.of("envoy", "1,000"),
                    List.of(new double[] {1.25, Double.NaN}),
                    "not kept up")));
    Path file = folder.resolve("scale.json");
    JsonFile.write(
        new Section("scale", "Scale", "some", List.of(table), List.of(), List.of("note")),
        Map.of("Kernel", "Linux 6"),
        file);
    assertThat(Files.readString(file).replaceAll("\\s+", ""))
        .contains("\"measurement\":\"scale\"")
        .contains("{\"Kernel\":\"Linux6\"}")
        .contains("\"events/s_asked\":\"1,000\",\"cpu_us\":[1.25,null],\"remark\":\"notkeptup\"")
        .contains("\"notes\":[\"note\"]");
  }
}
