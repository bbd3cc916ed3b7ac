package dev.streamgauge.e2e.rules;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static dev.streamgauge.e2e.rules.ProgramClasses.ALL;
import static dev.streamgauge.e2e.rules.ProgramClasses.CLI;
import static dev.streamgauge.e2e.rules.ProgramClasses.CLUSTER;
import static dev.streamgauge.e2e.rules.ProgramClasses.CONFIG;
import static dev.streamgauge.e2e.rules.ProgramClasses.GPU;
import static dev.streamgauge.e2e.rules.ProgramClasses.HTTP1;
import static dev.streamgauge.e2e.rules.ProgramClasses.OTLP;
import static dev.streamgauge.e2e.rules.ProgramClasses.PARSER;
import static dev.streamgauge.e2e.rules.ProgramClasses.PROXY;
import static dev.streamgauge.e2e.rules.ProgramClasses.REPORT;
import static dev.streamgauge.e2e.rules.ProgramClasses.TELEMETRY;
import static dev.streamgauge.e2e.rules.ProgramClasses.TIMELINE;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which module may use which, ours and others'. */
class ModuleRulesTest {
  private static final String JAVA = "java..";
  private static final String JAVA_TLS = "javax.net.ssl..";
  private static final String JAVA_CRYPTO = "javax.crypto..";
  private static final String NULLNESS = "org.jspecify..";
  private static final String NETTY = "io.netty..";
  private static final String NETTY_BUFFER = "io.netty.buffer..";
  private static final String NETTY_HTTP = "io.netty.handler.codec.http..";
  private static final String PROMETHEUS = "io.prometheus..";
  private static final String OPEN_TELEMETRY = "io.opentelemetry..";
  private static final String JACKSON = "com.fasterxml..";
  private static final String[] DRIVERS = {
    "dev.streamgauge.gpu.driver..", "dev.streamgauge.gpu.nvml..", "dev.streamgauge.gpu.amd.."
  };
  private static final String YAML = "org.snakeyaml..";

  /** A rule over no classes would pass: each package that a rule names has to be there. */
  @Test
  void everyModuleWasRead() {
    Set<String> packages =
        ALL.stream().map(JavaClass::getPackageName).collect(Collectors.toUnmodifiableSet());
    assertThat(packages)
        .contains(
            "dev.streamgauge.parser",
            "dev.streamgauge.timeline",
            "dev.streamgauge.config",
            "dev.streamgauge.gpu",
            "dev.streamgauge.gpu.driver",
            "dev.streamgauge.gpu.nvml",
            "dev.streamgauge.gpu.amd",
            "dev.streamgauge.telemetry",
            "dev.streamgauge.otlp",
            "dev.streamgauge.proxy",
            "dev.streamgauge.proxy.http1",
            "dev.streamgauge.cluster.inject",
            "dev.streamgauge.cluster.kube",
            "dev.streamgauge.cluster.manifest",
            "dev.streamgauge.cluster.watch",
            "dev.streamgauge.cluster.webhook",
            "dev.streamgauge.report.run",
            "dev.streamgauge.cli");
  }

  @Test
  void parserUsesNothingButTheJdk() {
    onlyUses(PARSER, JAVA, NULLNESS, PARSER);
  }

  @Test
  void timelineUsesTheParserAlone() {
    onlyUses(TIMELINE, JAVA, NULLNESS, TIMELINE, PARSER);
  }

  @Test
  void configUsesNoneOfOurModules() {
    onlyUses(CONFIG, JAVA, NULLNESS, YAML, CONFIG);
  }

  /** The driver's library may take the process with it: nobody else calls native code. */
  @Test
  void gpuUsesConfigAloneAndNobodyElseTheForeignFunctionApi() {
    onlyUses(GPU, JAVA, NULLNESS, GPU, CONFIG);
    noClasses()
        .that()
        .resideOutsideOfPackages(DRIVERS)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.foreign..")
        .check(ALL);
  }

  @Test
  void telemetryKnowsNoSocketsAndNoDriver() {
    onlyUses(
        TELEMETRY, JAVA, NULLNESS, PROMETHEUS, JACKSON, TELEMETRY, GPU, TIMELINE, PARSER, CONFIG);
    noClasses()
        .that()
        .resideInAPackage(TELEMETRY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(DRIVERS)
        .check(ALL);
  }

  /** It is loaded only where something is sent: who names its classes would load them. */
  @Test
  void otlpAloneUsesOpenTelemetryAndOneClassUsesOtlp() {
    onlyUses(
        OTLP,
        JAVA,
        JAVA_TLS,
        NULLNESS,
        NETTY,
        PROMETHEUS,
        TELEMETRY,
        TIMELINE,
        PARSER,
        CONFIG,
        OTLP,
        OPEN_TELEMETRY);
    noClasses()
        .that()
        .resideOutsideOfPackage(OTLP)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(OPEN_TELEMETRY)
        .check(ALL);
    noClasses()
        .that()
        .resideOutsideOfPackage(OTLP)
        .and()
        .doNotHaveSimpleName("OtlpWiring")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(OTLP)
        .check(ALL);
  }

  /** Metrics leave through telemetry's own types, so that the client library can be exchanged. */
  @Test
  void proxyKnowsNoMetricsLibraryAndNoCommandLine() {
    onlyUses(PROXY, JAVA, JAVA_TLS, NULLNESS, NETTY, PROXY, TELEMETRY, TIMELINE, PARSER, CONFIG);
  }

  /** The sidecar knows nothing of Kubernetes, and the cluster's part nothing of sockets. */
  @Test
  void clusterAndProxyDoNotKnowEachOther() {
    onlyUses(
        CLUSTER,
        JAVA,
        JAVA_TLS,
        JAVA_CRYPTO,
        "javax.security.auth.x500..",
        "com.sun.net.httpserver..",
        NULLNESS,
        JACKSON,
        YAML,
        PROMETHEUS,
        CLUSTER,
        TELEMETRY,
        CONFIG);
  }

  /** Logs in, figures out: nothing that serves, and nothing that serves uses it. */
  @Test
  void reportKnowsLogsAloneAndTheProxyKnowsNoReport() {
    onlyUses(REPORT, JAVA, NULLNESS, JACKSON, REPORT, TIMELINE, CONFIG);
    noClasses()
        .that()
        .resideOutsideOfPackages(REPORT, CLI)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(REPORT)
        .check(ALL);
  }

  /** A pod and a policy in, a pod out: no server, no clock, no cluster. */
  @Test
  void injectionIsAPureFunction() {
    onlyUses(
        "dev.streamgauge.cluster.inject..",
        JAVA,
        JAVA_CRYPTO,
        NULLNESS,
        JACKSON,
        CONFIG,
        "dev.streamgauge.cluster.inject..");
  }

  /** Heads and framing by index over a buffer: testable without a channel. */
  @Test
  void http1UsesBuffersAlone() {
    onlyUses(HTTP1, JAVA, NULLNESS, NETTY_BUFFER, HTTP1);
  }

  /** Netty's codecs would touch what they relay: they serve the admin thread only. */
  @Test
  void onlyTheAdminThreadUsesNettysHttpCodec() {
    noClasses()
        .that()
        .resideInAPackage(PROXY)
        .and()
        .haveNameNotMatching(".*\\.(Admin|EngineScrape)[A-Za-z$0-9]*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(NETTY_HTTP)
        .check(ALL);
  }

  @Test
  void nothingBelowUsesTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CLI)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CLI)
        .check(ALL);
  }

  /** But for the list of commands, which names each of them and is what {@code main} looks in. */
  @Test
  void packagesHaveNoCycles() {
    slices()
        .matching("dev.streamgauge.(**)")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(name("dev.streamgauge.cli.Commands"), alwaysTrue())
        .check(ALL);
  }

  private static void onlyUses(String module, String... allowed) {
    ArchRule rule =
        classes().that().resideInAPackage(module).should().onlyDependOnClassesThat(in(allowed));
    rule.check(ALL);
  }

  private static DescribedPredicate<JavaClass> in(String... packages) {
    return JavaClass.Predicates.resideInAnyPackage(packages);
  }
}
