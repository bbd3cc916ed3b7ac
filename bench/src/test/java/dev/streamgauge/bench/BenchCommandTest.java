package dev.streamgauge.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class BenchCommandTest {
  @ParameterizedTest
  @CsvSource({
    "stream --targets envoyx,envoyx",
    "stream --targets direct --rounds 0,--rounds",
    "unary --targets direct --seconds -1,--seconds",
    "stream --target-cpu 99999,--target-cpu",
    "scale --over ftp,ftp",
    "scale --streams 0,--streams",
    "scale --events 0,--events",
    "stream --streams -1,--streams",
    "stream --rate 0,--rate",
    "grpc --tokens 0,--tokens",
    "unary --rate 0,--rate",
    "all --only nope,nope",
    "all --without nope,nope",
    "stream --peers /nonexistent --targets nginx,no target",
  })
  void whatMakesNoSenseIsOneLineAndMeasuresNothing(String words, String named) {
    StringWriter said = new StringWriter();
    CommandLine bench = Bench.commandLine().setErr(new PrintWriter(said));
    assertThat(bench.execute((words + " --load-cpu -1").split(" "))).isEqualTo(2);
    assertThat(said.toString()).startsWith("bench: ").contains(named).hasLineCount(1);
  }
}
