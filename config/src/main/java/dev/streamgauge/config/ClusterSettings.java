package dev.streamgauge.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code streamgauge cluster} does.
 *
 * @param watchNamespace null for all
 * @param podSelector a label selector for the API server, or null
 * @param leaderElection whether there may be other replicas
 * @param pod our own name among replicas, or null
 * @param namespace where our own objects are, or null for where we run
 */
public record ClusterSettings(
    HostPort admin,
    ApiServer apiServer,
    @Nullable String watchNamespace,
    @Nullable String podSelector,
    boolean leaderElection,
    String leaseName,
    @Nullable String pod,
    @Nullable String namespace,
    WebhookSettings webhook) {
  /** How the API server is found. */
  public sealed interface ApiServer {
    /** By a file that says where it is and who we are. */
    record Kubeconfig(Path file) implements ApiServer {}

    /** From inside a pod, by its service account. */
    record InCluster(String host, String port) implements ApiServer {}
  }
}
