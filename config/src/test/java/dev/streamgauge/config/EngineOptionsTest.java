package dev.streamgauge.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineOptionsTest {

  @Test
  void aPresetKnowsWhereThePageIsSeenFromTheUpstream() {
    assertThat(pages("--engine", "vllm", "--upstream", "https://model:9000"))
        .containsExactly("https://model:9000/metrics");
    assertThat(pages("--engine", "trtllm"))
        .containsExactly("http://127.0.0.1:8000/prometheus/metrics");
    assertThat(pages("--engine", "triton", "--upstream", "grpc://model:8001"))
        .containsExactly("http://model:8002/metrics");
    assertThat(pages("--engine", "llamacpp", "--upstream", "unix:/run/model.sock"))
        .containsExactly("unix:/run/model.sock/metrics");
    assertThat(pages("--engine", "ollama")).isEmpty();
    assertThat(pages("--engine", "vllm", "--upstream", "grpc://model:8001")).isEmpty();
  }

  @Test
  void whereNothingIsSaidNobodyIsAsked() {
    assertThat(pages()).isEmpty();
    assertThat(pages("--engine", "generic", "--upstream", "http://model:8000"))
        .containsExactly("http://model:8000/metrics", "http://model:8000/prometheus/metrics");
  }

  @Test
  void anAddressBeatsThePresetAndMayBeOff() {
    assertThat(pages("--engine", "ollama", "--engine-metrics", "http://exporter:9100"))
        .containsExactly("http://exporter:9100/metrics");
    assertThat(pages("--engine-metrics", "https://[::1]/page?all=1"))
        .containsExactly("https://[::1]:443/page?all=1");
    assertThat(pages("--engine", "vllm", "--engine-metrics", "off")).isEmpty();
    assertThat(problems("--engine-metrics", "ftp://model/metrics")).hasSize(1);
    assertThat(problems("--engine-metrics", "http://model/a b")).hasSize(1);
  }

  @Test
  void vllmIsNotMirroredBesideItself() {
    assertThat(problems("--engine", "vllm", "--mirror", "vllm"))
        .containsExactly(
            "--mirror: \"vllm\" on the command line (expected: off, since the engine is vllm and"
                + " /metrics/engine has its own figures; or --engine-metrics off)");
    assertThat(problems("--engine", "vllm", "--mirror", "vllm", "--engine-metrics", "off"))
        .isEmpty();
    assertThat(problems("--engine", "llamacpp", "--mirror", "vllm")).isEmpty();
  }

  @Test
  void aPageOverTlsMayHaveAnAuthorityOfItsOwnBesideAPlainUpstream() {
    String[] page = {"--engine-metrics", "https://exporter:9100"};
    assertThat(problems(page[0], page[1], "--upstream-tls-ca", "ca.pem")).isEmpty();
    assertThat(problems("--engine", "vllm", "--upstream-tls-ca", "ca.pem")).hasSize(1);
    assertThat(problems(page[0], page[1], "--upstream-tls-name", "model")).hasSize(1);
  }

  private static List<String> pages(String... args) {
    ProxySettings settings = ((Settings.Loaded) load(args)).proxy();
    return settings.engine().pages().stream().map(EnginePageAddress::toString).toList();
  }

  private static List<String> problems(String... args) {
    return load(args) instanceof Settings.Refused(var problems)
        ? problems.stream().map(Problem::line).toList()
        : List.of();
  }

  private static Settings load(String... args) {
    return Settings.load(List.of(args), new Environment(Map.of(), 1));
  }
}
