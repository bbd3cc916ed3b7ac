package dev.streamgauge.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The options of {@code streamgauge proxy} about TLS and about who may use the admin port. */
public final class TlsOptions {
  private static final PathValue FILE = new PathValue();

  public static final Option<Path> CERT =
      file("tls-cert", "The listeners' certificate and its chain, in PEM; with it they speak TLS");
  public static final Option<Path> KEY =
      file("tls-key", "The private key of --tls-cert: PKCS#8, PKCS#1 or SEC 1, in PEM");
  public static final Option<Path> CLIENT_CA =
      file(
          "tls-client-ca",
          "Who signs the clients' certificates, in PEM; with it every client needs one");
  public static final Option<Path> UPSTREAM_CA =
      file(
          "upstream-tls-ca",
          "Who signs the upstream's certificate, in PEM; without it whoever this system trusts");
  static final Option<String> UPSTREAM_NAME =
      Option.one(
          "upstream-tls-name",
          new Text("NAME", 253),
          null,
          "The name that the upstream's certificate has to bear, also sent as SNI; without it the"
              + " host of --upstream");
  public static final Option<Path> UPSTREAM_CERT =
      file("upstream-tls-cert", "Our certificate for the upstream, and its chain, in PEM");
  public static final Option<Path> UPSTREAM_KEY =
      file("upstream-tls-key", "The private key of --upstream-tls-cert, in PEM");
  public static final Option<Path> ADMIN_CERT =
      file("admin-tls-cert", "The admin port's certificate and its chain, in PEM");
  public static final Option<Path> ADMIN_KEY =
      file("admin-tls-key", "The private key of --admin-tls-cert, in PEM");
  public static final Option<Path> ADMIN_TOKEN_FILE =
      file(
          "admin-token-file",
          "A file with the bearer token of the admin port; the probes need none. Without it reads"
              + " are for all, and what changes something for this machine alone");
  static final Option<String> DRAIN_TOKEN =
      Option.one(
          "drain-token",
          new TokenValue(),
          null,
          "A bearer token with which /drain may be asked for from elsewhere than this machine, as"
              + " the kubelet does for a hook; it is good for nothing else");
  static final Option<Duration> RELOAD_INTERVAL =
      Option.one(
          "tls-reload-interval",
          new DurationValue(Duration.ofMillis(10), Duration.ofDays(1)),
          "10s",
          "How often it is looked whether the files of certificates, keys and the token changed");

  static final Option<Integer> MAX_HANDSHAKES =
      Option.one(
          "tls-max-handshakes",
          new WholeNumber(1, 10_000),
          "128",
          "Most client connections in their TLS handshake, of each event loop, with about 25 KiB of"
              + " heap each; past them the one that has taken longest is closed");

  static final List<Option<?>> ALL =
      List.of(
          CERT,
          KEY,
          CLIENT_CA,
          UPSTREAM_CA,
          UPSTREAM_NAME,
          UPSTREAM_CERT,
          UPSTREAM_KEY,
          ADMIN_CERT,
          ADMIN_KEY,
          ADMIN_TOKEN_FILE,
          DRAIN_TOKEN,
          RELOAD_INTERVAL,
          MAX_HANDSHAKES);

  private static final String HTTPS_ONLY = "with an https upstream only";

  private TlsOptions() {}

  private static Option<Path> file(String name, String doc) {
    return Option.one(name, FILE, null, doc);
  }

  static ProxySettings.Tls tls(Reading reading) {
    return new ProxySettings.Tls(
        pair(reading, CERT, KEY),
        reading.find(CLIENT_CA),
        new ProxySettings.UpstreamTls(
            reading.find(UPSTREAM_CA),
            reading.find(UPSTREAM_NAME),
            pair(reading, UPSTREAM_CERT, UPSTREAM_KEY)),
        pair(reading, ADMIN_CERT, ADMIN_KEY),
        reading.find(ADMIN_TOKEN_FILE),
        reading.find(DRAIN_TOKEN),
        reading.get(RELOAD_INTERVAL),
        reading.get(MAX_HANDSHAKES));
  }

  private static ProxySettings.@Nullable KeyFiles pair(
      Reading reading, Option<Path> certificate, Option<Path> key) {
    Path certificates = reading.find(certificate);
    Path keys = reading.find(key);
    return certificates == null || keys == null
        ? null
        : new ProxySettings.KeyFiles(certificates, keys);
  }

  /** What is of no use without something else that is not there. */
  static void report(Reading reading) {
    pairProblem(reading, CERT, KEY);
    pairProblem(reading, UPSTREAM_CERT, UPSTREAM_KEY);
    pairProblem(reading, ADMIN_CERT, ADMIN_KEY);
    if (!reading.isSet(CERT)) {
      useless(reading, CLIENT_CA, "with " + CERT.name() + " only");
    }
    boolean secure = reading.get(ProxyOptions.UPSTREAM).secure();
    if (!secure) {
      useless(reading, UPSTREAM_NAME, HTTPS_ONLY);
    }
    if (!secure && !EngineOptions.securePage(reading)) {
      for (Option<?> option : List.of(UPSTREAM_CA, UPSTREAM_CERT, UPSTREAM_KEY)) {
        useless(reading, option, HTTPS_ONLY);
      }
    }
  }

  private static void pairProblem(Reading reading, Option<Path> certificate, Option<Path> key) {
    if (reading.isSet(certificate) && !reading.isSet(key)) {
      useless(reading, certificate, "together with " + key.name());
    } else if (reading.isSet(key) && !reading.isSet(certificate)) {
      useless(reading, key, "together with " + certificate.name());
    }
  }

  private static void useless(Reading reading, Option<?> option, String expected) {
    if (reading.isSet(option)) {
      String text = reading.texts(option).getFirst();
      reading.report(Problem.unusable(option, text, reading.source(option), expected));
    }
  }

  /** Long enough not to be guessed. */
  private record TokenValue() implements ValueType<String> {
    private static final int CHARACTERS_MIN = 16;
    private static final int CHARACTERS_MAX = 4096;

    @Override
    public @Nullable String parse(String text) {
      boolean visible = text.chars().allMatch(c -> c > ' ' && c <= '~');
      boolean fits = text.length() >= CHARACTERS_MIN && text.length() <= CHARACTERS_MAX;
      return visible && fits ? text : null;
    }

    @Override
    public String placeholder() {
      return "TOKEN";
    }

    @Override
    public String allowed() {
      return CHARACTERS_MIN + " to " + CHARACTERS_MAX + " visible characters of ASCII";
    }
  }

  /** The name of a file; whether it is there shows when it is read. */
  record PathValue() implements ValueType<Path> {
    private static final Text NAME = new Text("FILE", 4096);

    @Override
    public @Nullable Path parse(String text) {
      try {
        return NAME.parse(text) == null ? null : Path.of(text);
      } catch (InvalidPathException e) {
        return null;
      }
    }

    @Override
    public String placeholder() {
      return NAME.placeholder();
    }

    @Override
    public String allowed() {
      return NAME.allowed();
    }
  }
}
