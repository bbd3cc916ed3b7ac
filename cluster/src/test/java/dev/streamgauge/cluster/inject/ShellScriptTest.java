package dev.streamgauge.cluster.inject;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellScriptTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '`',
      textBlock =
          """
          vllm serve m --port 8000 => vllm serve m --port 18000
          exec vllm serve m --port=8000 --x => exec vllm serve m --port=18000 --x
          vllm serve m --port '8000' => vllm serve m --port 18000
          vllm serve m --port "8000" # --port 1 => vllm serve m --port 18000 # --port 1
          vllm serve m --port $PORT => vllm serve m --port 18000
          vllm serve m --port "${PORT}" => vllm serve m --port 18000
          vllm serve m --port ${NONE:-8000} => vllm serve m --port 18000
          vllm serve m --port $(PORT) => vllm serve m --port 18000
          A=8000; vllm serve m --port $A => A=8000; vllm serve m --port 18000
          export A=8000 && vllm serve m --port $A => export A=8000 && vllm serve m --port 18000
          vllm serve m => vllm serve m --port 18000
          vllm serve m>log 2>&1 => vllm serve m --port 18000>log 2>&1
          vllm serve m 2> log | tee x => vllm serve m --port 18000 2> log | tee x
          vllm serve m & wait => vllm serve m --port 18000 & wait
          (cd /x; vllm serve m) => (cd /x; vllm serve m --port 18000)
          if x; then vllm serve m; fi => if x; then vllm serve m --port 18000; fi
          echo "vllm serve x --port 1"; vllm serve m => echo "vllm serve x --port 1"; vllm serve m --port 18000
          X=$(date) vllm serve m => X=$(date) vllm serve m --port 18000
          X=`date` vllm serve m => X=`date` vllm serve m --port 18000
          numactl -N 0 /opt/bin/vllm serve m => numactl -N 0 /opt/bin/vllm serve m --port 18000
          vllm serve "a \\" b" --port 8000 => vllm serve "a \\" b" --port 18000
          vllm serve a\\;b --port 8000 => vllm serve a\\;b --port 18000
          """)
  void thePortIsChangedAndNothingElse(String script, String expected) throws Exception {
    ObjectNode container = container(script);
    ServerStart start = start(container);
    EngineFacts.Ports ports =
        start.engine().ports(Settings.Protocol.HTTP, new Container(container));
    ServerAddress address = ServerAddress.of(start, ports);
    assertThat(address.port()).isEqualTo(8000);
    address.moveTo(18_000, new Journal());
    assertThat(container.at("/command/2").asText()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vllm serve m <<E\nE\n",
        "vllm serve <(cat m)",
        "vllm serve 'm",
        "vllm serve \"m",
        "vllm serve $(m",
        "vllm serve ${m",
        "vllm serve `m",
        "vllm serve a; vllm serve b",
        "vllm serve a || exec vllm serve b",
      })
  void whatCannotBeFollowedIsRefused(String script) {
    assertThat(refusal(script)).isEqualTo("unreadable_command");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"vllm bench serve m", "echo vllm", "/scripts/start.sh", "", "# vllm serve m"})
  void whatStartsNoServerIsNone(String script) throws Exception {
    assertThat(ServerStart.find(new Container(container(script)))).isNull();
  }

  /** They may hold the port: then it has to be declared. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "vllm serve m $ARGS",
        "vllm serve m \"$@\"",
        "vllm serve m --x \"$@\"",
        "vllm serve m $(cat args)",
        "vllm serve m ${EXTRA}",
      })
  void wordsThatAreKnownOnlyLaterLeaveThePortOpen(String script) throws Exception {
    ObjectNode container = container(script);
    ServerStart start = start(container);
    assertThat(start.openWords()).isNotEmpty();
    EngineFacts.Ports ports =
        start.engine().ports(Settings.Protocol.HTTP, new Container(container));
    assertThat(ServerAddress.of(start, ports).port()).isNull();
    container.putArray("ports").addObject().put("containerPort", 9000);
    assertThat(ServerAddress.of(start, ports).port()).isEqualTo(9000);
  }

  @Test
  void valuesOfOptionsAndTheModelMayBeKnownOnlyLater() throws Exception {
    String script = "vllm serve $MODEL --tensor-parallel-size $TP --seed ${SEED}";
    ServerStart start = start(container(script));
    assertThat(start.openWords()).isEmpty();
  }

  /** Reading has to take a time that grows with the script, not with its square. */
  @ParameterizedTest
  @ValueSource(strings = {"a", "$a", "${a", "$(a", "\"", "'", "`", "\\", "a ", ";", "$((", "a=b "})
  void longScriptsEndSoon(String piece) throws Exception {
    String script = "vllm serve m " + piece.repeat(200_000 / piece.length());
    ObjectNode pod = JsonNodeFactory.instance.objectNode();
    pod.putObject("spec").putArray("containers").add(container(script));
    assertThat(Injector.inject(pod, Policy.defaults().injectingWhatIsGiven()).reasonLabel())
        .isNotEqualTo("internal");
  }

  private static ServerStart start(ObjectNode container) throws CannotInject {
    return Objects.requireNonNull(ServerStart.find(new Container(container)), "no start found");
  }

  private static String refusal(String script) {
    ObjectNode pod = JsonNodeFactory.instance.objectNode();
    pod.putObject("spec").putArray("containers").add(container(script));
    return Injector.inject(pod, Policy.defaults().injectingWhatIsGiven()).reasonLabel();
  }

  private static ObjectNode container(String script) {
    ObjectNode container = JsonNodeFactory.instance.objectNode().put("name", "model");
    List.of("bash", "-c", script).forEach(Tree.madeArray(container, "command")::add);
    container.putArray("env").addObject().put("name", "PORT").put("value", "8000");
    return container;
  }
}
