package dev.streamgauge.cluster.kube;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads a kubeconfig's current context: a client certificate or a token, in the file or in another
 * one. What starts programs or trusts anybody ({@code exec}, {@code insecure-skip-tls-verify}) is
 * refused by name.
 */
public final class Kubeconfig {
  private static final int ALIASES_MAX = 50;
  private static final List<String> UNKNOWN_TO_US =
      List.of("exec", "auth-provider", "username", "password", "as", "as-uid");

  private final Path file;
  private final Map<?, ?> root;

  private Kubeconfig(Path file, Map<?, ?> root) {
    this.file = file;
    this.root = root;
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it can't be used, with a message that names it
   */
  public static Endpoint read(Path file) throws IOException {
    String text = SmallFile.readText(file);
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file.toString())
            .setMaxAliasesForCollections(ALIASES_MAX)
            .build();
    try {
      if (new Load(settings).loadFromString(text) instanceof Map<?, ?> root) {
        return new Kubeconfig(file, root).endpoint();
      }
    } catch (YamlEngineException e) {
      throw new IOException(file + ": not YAML: " + firstLine(e), e);
    }
    throw new IOException(file + ": not a kubeconfig");
  }

  private static String firstLine(YamlEngineException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private Endpoint endpoint() throws IOException {
    String current = text(root, "current-context");
    if (current == null) {
      throw new IOException(file + ": no current-context");
    }
    Map<?, ?> context = named("contexts", "context", current);
    Map<?, ?> cluster = named("clusters", "cluster", needed(context, "cluster"));
    Map<?, ?> user = named("users", "user", needed(context, "user"));
    refuse(cluster, user);
    String namespace = text(context, "namespace");
    byte[] authorities = bytes(cluster, "certificate-authority");
    byte[] certificate = bytes(user, "client-certificate");
    byte[] key = bytes(user, "client-key");
    URI server = URI.create(needed(cluster, "server"));
    return new Endpoint(
        server,
        server.getScheme().equals("http") ? null : TlsParts.context(authorities, certificate, key),
        token(user),
        namespace == null ? "default" : namespace);
  }

  private void refuse(Map<?, ?> cluster, Map<?, ?> user) throws IOException {
    for (String key : UNKNOWN_TO_US) {
      if (user.containsKey(key)) {
        throw new IOException(
            file
                + ": users: "
                + key
                + " is not supported (expected: a client certificate or token)");
      }
    }
    for (String key : List.of("insecure-skip-tls-verify", "tls-server-name", "proxy-url")) {
      if (cluster.containsKey(key) && !Boolean.FALSE.equals(cluster.get(key))) {
        throw new IOException(file + ": clusters: " + key + " is not supported");
      }
    }
  }

  private Endpoint.TokenSource token(Map<?, ?> user) {
    String token = text(user, "token");
    String tokenFile = text(user, "tokenFile");
    if (tokenFile != null) {
      Path path = beside(tokenFile);
      return () -> SmallFile.readText(path).strip();
    }
    return () -> token;
  }

  /** What stands in the file, or in the file that it names. */
  private byte @Nullable [] bytes(Map<?, ?> map, String key) throws IOException {
    String data = text(map, key + "-data");
    if (data != null) {
      try {
        return Base64.getMimeDecoder().decode(data);
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ": " + key + "-data: not base64", e);
      }
    }
    String path = text(map, key);
    return path == null ? null : SmallFile.read(beside(path));
  }

  private Path beside(String path) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? Path.of(path) : folder.resolve(path);
  }

  private Map<?, ?> named(String list, String what, String name) throws IOException {
    if (root.get(list) instanceof List<?> all) {
      for (Object each : all) {
        if (each instanceof Map<?, ?> map
            && name.equals(text(map, "name"))
            && map.get(what) instanceof Map<?, ?> found) {
          return found;
        }
      }
    }
    throw new IOException(file + ": " + list + ": there is no \"" + name + "\"");
  }

  private String needed(Map<?, ?> map, String key) throws IOException {
    String text = text(map, key);
    if (text == null) {
      throw new IOException(file + ": " + key + " is missing");
    }
    return text;
  }

  private static @Nullable String text(Map<?, ?> map, String key) {
    Object value = map.get(key);
    return value == null ? null : value.toString();
  }
}
