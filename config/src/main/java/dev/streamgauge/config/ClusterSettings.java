package dev.streamgauge.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@code streamgauge cluster}.
 *
 * @param admin where metrics and health are served
 * @param apiServer null where nothing says how to reach it
 * @param lease the name of the Lease
 * @param pod this pod; null where it is not told
 */
public record ClusterSettings(
    HostPort admin,
    @Nullable ApiServer apiServer,
    String lease,
    @Nullable String pod,
    WebhookSettings webhook) {

  /** How the API server is reached. */
  public sealed interface ApiServer {
    /** From a pod, by its service account. */
    record InCluster(String host, String port) implements ApiServer {}

    /** From anywhere. */
    record Kubeconfig(Path file) implements ApiServer {}
  }

  /** What came of reading them. */
  public sealed interface Outcome {
    /** They are fine. */
    record Loaded(ClusterSettings cluster, EffectiveSettings effective) implements Outcome {}

    /** They are not; everything that is wrong, in the order of its sources. */
    record Refused(List<Problem> problems) implements Outcome {}

    /** {@code --help} was among the arguments. */
    record HelpAsked() implements Outcome {}
  }

  /** Command line, then environment, file, defaults. */
  public static Outcome load(List<String> args, Environment environment) {
    Reading reading = ClusterOptions.ALL.read(args, environment);
    if (reading.helpAsked()) {
      return new Outcome.HelpAsked();
    }
    if (reading.problems().isEmpty()) {
      WebhookOptions.report(reading);
    }
    List<Problem> problems = reading.problems();
    return problems.isEmpty()
        ? new Outcome.Loaded(ClusterOptions.cluster(reading), EffectiveSettings.of(reading))
        : new Outcome.Refused(problems);
  }
}
