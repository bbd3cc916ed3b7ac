package dev.streamgauge.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of {@code streamgauge cluster} about the injection: webhook, certificates, re-check.
 */
public final class WebhookOptions {
  /** A name of an object of Kubernetes (RFC 1123 subdomain). */
  private static final ObjectName NAME = new ObjectName();

  private static final TlsOptions.PathValue FILE = new TlsOptions.PathValue();
  private static final int HOURS_OF_A_DAY = 24;
  private static final DurationValue DAYS =
      new DurationValue(Duration.ofDays(1), Duration.ofDays(3650));

  public static final Option<OrOff.Switched<HostPort>> LISTEN =
      Option.one(
          "webhook",
          new OrOff<>(new HostPortValue()),
          "off",
          "Where the API server asks for injections, over TLS, as 0.0.0.0:8443");
  public static final Option<Path> POLICY =
      Option.one(
          "policy",
          FILE,
          null,
          "What is injected, and how: a YAML file, read anew when it changes; without it the"
              + " defaults of streamgauge inject");
  static final Option<String> CONFIGURATION =
      Option.one(
          "webhook-configuration",
          NAME,
          "streamgauge",
          "The MutatingWebhookConfiguration that names us; its caBundle is kept, and its selectors"
              + " say which pods the re-check looks at");
  static final Option<String> SERVICE =
      Option.one(
          "webhook-service",
          NAME,
          "streamgauge",
          "The Service through which the API server comes; certificates bear its name");
  static final Option<String> SECRET =
      Option.one(
          "webhook-secret",
          NAME,
          "streamgauge-webhook",
          "The Secret of what we make ourselves: certificates, and the key of drain hooks' tokens");
  public static final Option<Path> CERT =
      Option.one(
          "webhook-cert",
          FILE,
          null,
          "The webhook's certificate and its chain, in PEM, where somebody else makes it; read anew"
              + " when it changes");
  public static final Option<Path> KEY =
      Option.one("webhook-key", FILE, null, "The private key of --webhook-cert, in PEM");
  public static final Option<Path> AUTHORITIES =
      Option.one(
          "webhook-ca",
          FILE,
          null,
          "Who signs --webhook-cert, in PEM: written into caBundle. Without it caBundle is somebody"
              + " else's work, such as cert-manager's");
  static final Option<Duration> CERT_VALIDITY =
      Option.one(
          "webhook-cert-validity",
          DAYS,
          "2160h",
          "How long a certificate that we make is valid, in whole days; renewed after two thirds");
  static final Option<Duration> AUTHORITY_VALIDITY =
      Option.one(
          "webhook-ca-validity",
          DAYS,
          "26280h",
          "How long the authority that signs it is valid; turned after two thirds");
  static final Option<Duration> SPREADING =
      Option.one(
          "webhook-ca-overlap",
          new DurationValue(Duration.ofSeconds(1), Duration.ofDays(7)),
          "10m",
          "How long a new authority is trusted before it signs, and the old one after its last"
              + " certificate was replaced");
  static final Option<OrOff.Switched<Duration>> RECHECK =
      Option.one(
          "recheck-interval",
          new OrOff<>(new DurationValue(Duration.ofSeconds(1), Duration.ofDays(7))),
          "5m",
          "How often pods are looked for that should have a sidecar and have none");

  static final List<Option<?>> ALL =
      List.of(
          LISTEN,
          POLICY,
          CONFIGURATION,
          SERVICE,
          SECRET,
          CERT,
          KEY,
          AUTHORITIES,
          CERT_VALIDITY,
          AUTHORITY_VALIDITY,
          SPREADING,
          RECHECK);

  private WebhookOptions() {}

  /** What the chart sets itself, and its users therefore do not. */
  static List<Option<?>> setByChart() {
    return List.of(LISTEN, POLICY, CONFIGURATION, SERVICE, SECRET, CERT, KEY, AUTHORITIES);
  }

  static WebhookSettings webhook(Reading reading) {
    return new WebhookSettings(
        reading.get(LISTEN).orNull(),
        reading.find(POLICY),
        reading.get(CONFIGURATION),
        reading.get(SERVICE),
        reading.get(SECRET),
        certificates(reading),
        reading.get(RECHECK).orNull());
  }

  private static WebhookSettings.Certificates certificates(Reading reading) {
    Path certificate = reading.find(CERT);
    Path key = reading.find(KEY);
    return certificate != null && key != null
        ? new WebhookSettings.Certificates.OfFiles(certificate, key, reading.find(AUTHORITIES))
        : new WebhookSettings.Certificates.SelfMade(
            days(reading.get(CERT_VALIDITY)),
            days(reading.get(AUTHORITY_VALIDITY)),
            reading.get(SPREADING));
  }

  private static int days(Duration duration) {
    return Math.toIntExact((duration.toHours() + HOURS_OF_A_DAY - 1) / HOURS_OF_A_DAY);
  }

  /** What is of no use without something else that is not there. */
  static void report(Reading reading) {
    if (!reading.problems().isEmpty() || reading.helpAsked()) {
      return;
    }
    pair(reading, CERT, KEY);
    pair(reading, KEY, CERT);
    pair(reading, AUTHORITIES, CERT);
  }

  private static void pair(Reading reading, Option<?> option, Option<?> other) {
    if (reading.isSet(option) && !reading.isSet(other)) {
      String text = reading.texts(option).getFirst();
      reading.report(
          Problem.unusable(option, text, reading.source(option), "together with " + other.name()));
    }
  }

  private record ObjectName() implements ValueType<String> {
    private static final int LENGTH_MAX = 253;

    @Override
    public @Nullable String parse(String text) {
      boolean fine = !text.isEmpty() && text.length() <= LENGTH_MAX && edges(text);
      for (int i = 0; fine && i < text.length(); i++) {
        fine = lowerWord(text.charAt(i)) || text.charAt(i) == '-' || text.charAt(i) == '.';
      }
      return fine ? text : null;
    }

    private static boolean edges(String text) {
      return lowerWord(text.charAt(0)) && lowerWord(text.charAt(text.length() - 1));
    }

    private static boolean lowerWord(char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    @Override
    public String placeholder() {
      return "NAME";
    }

    @Override
    public String allowed() {
      return "a name of Kubernetes: at most 253 of a-z, 0-9, - and .";
    }
  }
}
