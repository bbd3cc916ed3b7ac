package dev.streamgauge.cluster.kube;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the API server is, and who we are to it.
 *
 * @param tls null for {@code http}, which is for tests
 * @param token asked for each request: the file that holds it is written anew while we run
 * @param namespace where things of our own are, unless said otherwise
 */
public record Endpoint(URI server, @Nullable SSLContext tls, TokenSource token, String namespace) {
  /** A bearer token, from wherever it comes. */
  @FunctionalInterface
  public interface TokenSource {
    /** Null where the certificate says who we are. */
    @Nullable String token() throws IOException;
  }

  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  /**
   * From inside a pod, by its service account.
   *
   * @param host what {@code KUBERNETES_SERVICE_HOST} says
   * @param port what {@code KUBERNETES_SERVICE_PORT} says
   */
  public static Endpoint inCluster(String host, String port) throws IOException {
    return inCluster(host, port, SERVICE_ACCOUNT);
  }

  static Endpoint inCluster(String host, String port, Path account) throws IOException {
    String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    byte[] authorities = SmallFile.read(account.resolve("ca.crt"));
    Path token = account.resolve("token");
    String namespace = SmallFile.readText(account.resolve("namespace")).strip();
    return new Endpoint(
        URI.create("https://" + shown + ":" + port),
        TlsParts.context(authorities, null, null),
        () -> SmallFile.readText(token).strip(),
        namespace);
  }
}
