package dev.streamgauge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.ProxySettings.AccessLogSettings.ClientAddress;
import dev.streamgauge.config.ProxySettings.AccessLogSettings.Destination;
import dev.streamgauge.config.ProxySettings.Slo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void moreModelsThanHaveAPlaceAreRefused() {
    Settings settings =
        Settings.load(
            List.of("--models", "a,b", "--max-models", "1"), new Environment(Map.of(), 2));
    assertThat(((Settings.Refused) settings).problems())
        .extracting(Problem::line)
        .containsExactly(
            "--models: 2 names on the command line (expected: at most 1, as max-models says)");
  }

  @Test
  void aSampleIsOneWordInQuotesOrTwo() {
    assertThat(loaded(Map.of()).observe()).isEqualTo(Observe.ON).hasToString("on");
    assertThat(loaded(Map.of(), "--observe", "off").observe()).hasToString("off");
    for (ProxySettings each :
        List.of(
            loaded(Map.of(), "--observe", "sampled", "0.1", "--max-models", "3"),
            loaded(Map.of(), "--observe", "sampled 0.1", "--max-models", "3"),
            loaded(Map.of(), "--observe=sampled 0.1", "--max-models", "3"),
            loaded(Map.of("STREAMGAUGE_OBSERVE", "sampled 0.1"), "--max-models", "3"))) {
      assertThat(each.observe()).isEqualTo(new Observe(0.1)).hasToString("sampled 0.1");
      assertThat(each.metrics().modelsMax()).isEqualTo(3);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sampled", "sampled 2", "sampled -1", "sampled x", "some", "sampled0.1"})
  void whatIsNoShareIsRefused(String value) {
    Settings settings = Settings.load(List.of("--observe=" + value), new Environment(Map.of(), 2));
    assertThat(((Settings.Refused) settings).problems())
        .singleElement()
        .extracting(Problem::line)
        .asString()
        .startsWith("--observe: ");
  }

  @Test
  void theProfileOfTheJvmIsNotForTheFile() throws IOException {
    Settings settings =
        Settings.load(
            List.of("--config", file("profile: throughput\n")), new Environment(Map.of(), 2));
    assertThat(((Settings.Refused) settings).problems())
        .singleElement()
        .extracting(Problem::line)
        .asString()
        .startsWith("profile: comes too late in ")
        .endsWith("(expected: on the command line, or STREAMGAUGE_PROFILE)");
    assertThat(loaded(Map.of(), "--profile", "throughput")).isNotNull();
  }

  @Test
  void everyDefaultIsAllowed() {
    ProxySettings settings = loaded(Map.of());

    assertThat(settings.listen()).containsExactly(new HostPort("0.0.0.0", 8080));
    assertThat(settings.upstream().address())
        .isEqualTo(new UpstreamAddress.Tcp(UpstreamAddress.Scheme.HTTP, "127.0.0.1", 8000));
    assertThat(settings.admin()).isEqualTo(new HostPort("0.0.0.0", 9464));
    assertThat(settings.limits().headerBytesMax()).isEqualTo(64 * 1024);
    assertThat(settings.timeouts().responseIdle()).isNull();
    assertThat(settings.timeouts().requestBodyIdle()).isEqualTo(Duration.ofMinutes(5));
    assertThat(settings.headers().via()).isNull();
    assertThat(settings.accessLog().client()).isEqualTo(ClientAddress.OFF);
    assertThat(settings.metrics().buckets().gap()).startsWith(Duration.ofNanos(500_000));
    assertThat(settings.metrics().buckets().ttft()).endsWith(Duration.ofSeconds(2560));
  }

  @Test
  void commandLineBeatsEnvironmentBeatsFileBeatsDefault() throws IOException {
    String file = file("maxModels: 3\nmaxHeaders: 30\nmaxConnections: 300\n");
    ProxySettings settings =
        loaded(
            Map.of("STREAMGAUGE_MAX_MODELS", "2", "STREAMGAUGE_MAX_HEADERS", "20"),
            "--config",
            file,
            "--max-models=1");

    assertThat(settings.metrics().modelsMax()).isEqualTo(1);
    assertThat(settings.limits().headersMax()).isEqualTo(20);
    assertThat(settings.limits().connectionsMax()).isEqualTo(300);
    assertThat(settings.limits().chunkLineBytesMax()).isEqualTo(4096);
  }

  @Test
  void repeatableOptionsAreAListInEachSource() throws IOException {
    List<HostPort> both = List.of(new HostPort("127.0.0.1", 1), new HostPort("::", 2));

    assertThat(loaded(Map.of(), "--listen", "127.0.0.1:1", "--listen=[::]:2").listen())
        .isEqualTo(both);
    assertThat(loaded(Map.of("STREAMGAUGE_LISTEN", "127.0.0.1:1;[::]:2")).listen()).isEqualTo(both);
    String file = file("listen: ['127.0.0.1:1', '[::]:2']\n");
    assertThat(loaded(Map.of("STREAMGAUGE_CONFIG", file)).listen()).isEqualTo(both);
  }

  @Test
  void allProblemsAreNamedAtOnceWithKeySourceAndWhatIsAllowed() throws IOException {
    String file = file("acessLog: off\nlisten: {a: b}\n");
    List<String> lines =
        refused(
            Map.of("STREAMGAUGE_MAX_MODELS", "0", "STREAMGAUGE_MAX_MODLES", "5"),
            "--upstream",
            "h3://h",
            "--frobnicate",
            "1",
            "--config",
            file);

    assertThat(lines).hasSize(6).allMatch(line -> line.lines().count() == 1);
    assertThat(lines.get(0))
        .startsWith("--upstream: \"h3://h\" on the command line (expected: http://HOST[:PORT]")
        .contains("h2c://HOST[:PORT] or grpc://HOST[:PORT]");
    assertThat(lines.get(1)).startsWith("--frobnicate: unknown option on the command line");
    assertThat(lines.get(2))
        .isEqualTo(
            "STREAMGAUGE_MAX_MODELS: \"0\" in the environment"
                + " (expected: a whole number from 1 to 10000)");
    assertThat(lines.get(3)).contains("STREAMGAUGE_MAX_MODLES").contains("STREAMGAUGE_MAX_MODELS,");
    assertThat(lines.get(4)).startsWith("acessLog: unknown key in " + file).contains("accessLog");
    assertThat(lines.get(5)).startsWith("listen: neither a value nor a list in " + file);
  }

  @Test
  void whatIsOverriddenIsCheckedAllTheSame() {
    assertThat(refused(Map.of("STREAMGAUGE_ADMIN", "nowhere"), "--admin", "localhost:1"))
        .hasSize(1);
  }

  @Test
  void variablesOfLauncherPodAndKubernetesServicesAreNoErrors() {
    loaded(
        Map.of(
            "STREAMGAUGE_JAVA_OPTS", "-Xlog:gc",
            "STREAMGAUGE_POD_GRACE", "60",
            "STREAMGAUGE_SERVICE_HOST", "10.0.0.1",
            "STREAMGAUGE_PORT", "tcp://10.0.0.1:8080",
            "STREAMGAUGE_DEMO_PORT_8080_TCP_ADDR", "10.0.0.1",
            "STREAMGAUGE_SERVICE_PORT_METRICS", "9464",
            "STREAMGAUGE_MODELS", "",
            "HOME", "/"));
  }

  @Test
  void theDrainEndsBeforeThePodsGrace() {
    assertThat(loaded(Map.of()).drainTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(loaded(Map.of("STREAMGAUGE_POD_GRACE", "60")).drainTimeout()).hasSeconds(55);
    assertThat(loaded(Map.of("STREAMGAUGE_POD_GRACE", "2m")).drainTimeout()).hasSeconds(115);
    assertThat(loaded(Map.of("STREAMGAUGE_POD_GRACE", "3s")).drainTimeout()).isZero();
    assertThat(refused(Map.of("STREAMGAUGE_POD_GRACE", "long"))).hasSize(1);
  }

  @Test
  void aDrainThatFollowsFromThePodsGraceSaysSo() {
    Environment pod = new Environment(Map.of("STREAMGAUGE_POD_GRACE", "60"), 2);
    assertThat(load(pod).effective().yaml())
        .containsPattern("drainTimeout: 55s +# from STREAMGAUGE_POD_GRACE in the environment\n");
    assertThat(load(pod, "--drain-timeout=9s").effective().yaml())
        .containsPattern("drainTimeout: 9s +# on the command line\n");
  }

  @Test
  void aTargetOutOfItsBoundsIsToldTheBounds() {
    assertThat(refused(Map.of(), "--slo=a:tpot<0.5ms"))
        .singleElement()
        .asString()
        .contains("tpot and duration", "from 1ms to 168h");
    loaded(Map.of(), "--slo=a:tpot<1ms");
  }

  @Test
  void targetsOfOneNameAreForDifferentModels() {
    loaded(Map.of(), "--slo=a:ttft<1s,model=x", "--slo=a:ttft<2s,model=y", "--slo=b:tpot<1s");
    for (String other : List.of("a:duration<1s", "a:tpot<1s,model=x")) {
      assertThat(refused(Map.of(), "--slo=a:ttft<1s,model=x", "--slo=" + other, "--slo=b:tpot<1s"))
          .containsExactly(
              "--slo: \""
                  + other
                  + "\" on the command line (expected: each NAME once, or with a different"
                  + " model=NAME each)");
    }
    assertThat(refused(Map.of("STREAMGAUGE_SLO", "a:ttft<1s;a:ttft<2s,model=x"))).hasSize(1);
  }

  @Test
  void eventLoopsFollowTheCpuQuotaUpToFour() {
    assertThat(loaded(new Environment(Map.of(), 1)).eventLoops()).isEqualTo(1);
    assertThat(loaded(new Environment(Map.of(), 64)).eventLoops()).isEqualTo(4);
  }

  @Test
  void yamlBooleansAreOnAndOff() throws IOException {
    String file = file("forwarded: true\naddRequestId: false\nclientIdleTimeout: false\n");
    ProxySettings settings = loaded(Map.of(), "--config", file);

    assertThat(settings.headers().forwarded()).isTrue();
    assertThat(settings.headers().requestId()).isFalse();
    assertThat(settings.timeouts().clientIdle()).isNull();
  }

  @Test
  void valuesSeparatedByCommasMayBeAYamlList() throws IOException {
    String file = file("models: [a, b]\nttftBuckets: [1ms, 2.5ms]\naccessLog: file:/x y\n");
    ProxySettings settings = loaded(Map.of(), "--config", file);

    assertThat(settings.metrics().models()).containsExactly("a", "b");
    assertThat(settings.metrics().buckets().ttft())
        .containsExactly(Duration.ofMillis(1), Duration.ofNanos(2_500_000));
    assertThat(settings.accessLog().destination()).isEqualTo(new Destination.File(Path.of("/x y")));
  }

  @Test
  void aFileThatIsMissingOrNoYamlIsOneLine() throws IOException {
    assertThat(refused(Map.of(), "--config", folder.resolve("none").toString()))
        .singleElement()
        .asString()
        .startsWith("--config: \"" + folder.resolve("none") + "\" on the command line")
        .contains("(expected: a readable file; no such file or folder)");
    assertThat(refused(Map.of("STREAMGAUGE_CONFIG", folder.toString())))
        .singleElement()
        .asString()
        .startsWith("STREAMGAUGE_CONFIG: \"" + folder + "\" in the environment (expected: a ");
    assertThat(refused(Map.of(), "--config", file("a: [\n")))
        .singleElement()
        .asString()
        .contains("it is no YAML")
        .hasLineCount(1);
    assertThat(refused(Map.of(), "--config", file("maxModels: 1\nmaxModels: 2\n"))).hasSize(1);
  }

  @Test
  void theEffectiveSettingsAreAFileThatSaysTheSame() throws IOException {
    String[] args = {"--listen", "[::1]:0", "--slo", "a:ttft<500ms,tpot<50ms,model=m", "--via=gw"};
    Settings.Loaded first = load(new Environment(Map.of(), 2), args);
    String file = file(first.effective().yaml());

    assertThat(first.effective().yaml()).contains("maxModels: 100").contains("# by default");
    assertThat(first.effective().yaml()).contains("# on the command line");
    assertThat(loaded(Map.of(), "--config", file)).isEqualTo(first.proxy());
    assertThat(first.proxy().metrics().slos())
        .containsExactly(new Slo("a", "m", Duration.ofMillis(500), Duration.ofMillis(50), null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--upstream=http://h:0",
        "--upstream=http://h/path",
        "--upstream=http://u@h",
        "--upstream=unix:",
        "--listen=8080",
        "--listen=::1:80",
        "--listen=h:65536",
        "--stall-threshold=5",
        "--stall-threshold=-1s",
        "--stall-threshold=1e3s",
        "--stall-threshold=off",
        "--max-header-bytes=64KB",
        "--max-header-bytes=99999999999999999999",
        "--access-log-sample=1.5",
        "--access-log-sample=NaN",
        "--ttft-buckets=2ms,1ms",
        "--slo=a",
        "--slo=a:ttft<1s,ttft<2s",
        "--slo=a:model=b",
        "--slo=a:speed<1s",
        "--path-dialect=/a",
        "--path-dialect=a=ollama",
        "--path-dialect=/a=olama",
        "--path-dialect=/a*b=ollama",
        "--path-dialect=/a?b=ollama",
        "--via=a b",
        "--max-models",
        "--max-models=",
        "word"
      })
  void whatIsNotAllowedIsRefused(String arg) {
    assertThat(refused(Map.of(), arg)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--upstream=http://[::1]:8000",
        "--upstream=http://vllm",
        "--upstream=http://vllm:8000/",
        "--upstream=unix:/run/vllm.sock",
        "--drain-timeout=0s",
        "--client-stall-timeout=30s",
        "--request-body-idle-timeout=off",
        "--retry-body-bytes=0",
        "--access-log=off",
        "--semconv=next"
      })
  void whatIsAllowedIsTaken(String arg) {
    loaded(Map.of(), arg);
  }

  @Test
  void anAddressThatIsWantedTwiceIsSaidWithBothOptions() {
    assertThat(refused(Map.of("STREAMGAUGE_LISTEN", "127.0.0.1:9000"), "--admin=127.0.0.1:9000"))
        .containsExactly(
            "--admin: \"127.0.0.1:9000\" on the command line (expected: another address than"
                + " STREAMGAUGE_LISTEN, which is \"127.0.0.1:9000\" in the environment)");
    assertThat(refused(Map.of(), "--listen=127.0.0.1:9464"))
        .containsExactly(
            "--admin: \"0.0.0.0:9464\" by default (expected: another address than"
                + " --listen, which is \"127.0.0.1:9464\" on the command line)");
    assertThat(refused(Map.of(), "--listen=[::]:1", "--listen=a:2", "--listen=[::1]:1")).hasSize(1);
  }

  @Test
  void addressesThatDifferOrAreFreeOnesDoNotClash() {
    loaded(Map.of(), "--listen=127.0.0.1:0", "--listen=127.0.0.1:0", "--admin=127.0.0.1:0");
    loaded(Map.of(), "--listen=127.0.0.1:9464", "--admin=127.0.0.2:9464");
    loaded(Map.of(), "--listen=[::1]:9464");
  }

  @Test
  void anOptionThatIsNotRepeatableIsGivenOnce() {
    assertThat(refused(Map.of(), "--via=a", "--via=b")).hasSize(1);
  }

  @Test
  void helpNamesEachOption() {
    assertThat(Settings.load(List.of("--help"), new Environment(Map.of(), 1)))
        .isInstanceOf(Settings.HelpAsked.class);
    assertThat(ProxyOptions.ALL.help()).contains("--max-models N\n").contains("Default: 100.");
  }

  private String file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "settings", ".yaml"), text).toString();
  }

  private static ProxySettings loaded(Map<String, String> variables, String... args) {
    return load(new Environment(variables, 2), args).proxy();
  }

  private static ProxySettings loaded(Environment environment) {
    return load(environment).proxy();
  }

  private static Settings.Loaded load(Environment environment, String... args) {
    Settings settings = Settings.load(List.of(args), environment);
    assertThat(settings).isInstanceOf(Settings.Loaded.class);
    return (Settings.Loaded) settings;
  }

  private static List<String> refused(Map<String, String> variables, String... args) {
    Settings settings = Settings.load(List.of(args), new Environment(variables, 2));
    assertThat(settings).isInstanceOf(Settings.Refused.class);
    return ((Settings.Refused) settings).problems().stream().map(Problem::line).toList();
  }

  @Test
  void tlsOptionsThatAreOfNoUseAloneAreRefused() {
    assertThat(refused(Map.of(), "--tls-cert=c.pem", "--admin-tls-key=k.pem"))
        .containsExactly(
            "--tls-cert: \"c.pem\" on the command line (expected: together with tls-key)",
            "--admin-tls-key: \"k.pem\" on the command line (expected: together with"
                + " admin-tls-cert)");
    assertThat(refused(Map.of("STREAMGAUGE_TLS_CLIENT_CA", "ca.pem"), "--upstream-tls-ca=ca.pem"))
        .containsExactly(
            "STREAMGAUGE_TLS_CLIENT_CA: \"ca.pem\" in the environment (expected: with tls-cert"
                + " only)",
            "--upstream-tls-ca: \"ca.pem\" on the command line (expected: with an https upstream"
                + " only)");
    assertThat(loaded(Map.of(), "--upstream=https://h", "--upstream-tls-ca=ca.pem").upstream())
        .extracting(ProxySettings.Upstream::address)
        .isEqualTo(new UpstreamAddress.Tcp(UpstreamAddress.Scheme.HTTPS, "h", 443));
  }
}
