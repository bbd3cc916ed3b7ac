package dev.streamgauge.config;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The injection as a part of {@code streamgauge cluster}.
 *
 * @param listen null where it is off
 * @param policy null for the defaults
 * @param configuration the name of the MutatingWebhookConfiguration
 * @param service the name of the Service in front of us
 * @param secret the name of the Secret with what we make ourselves
 * @param recheckInterval null where it is off
 */
public record WebhookSettings(
    @Nullable HostPort listen,
    @Nullable Path policy,
    String configuration,
    String service,
    String secret,
    Certificates certificates,
    @Nullable Duration recheckInterval) {

  /** Whose work the certificates are. */
  public sealed interface Certificates {
    /**
     * Ours, kept in a Secret.
     *
     * @param spreading how long a change takes to reach all API servers and replicas, at most
     */
    record SelfMade(int certificateDays, int authorityDays, Duration spreading)
        implements Certificates {}

    /**
     * Somebody else's: files, read anew when they change.
     *
     * @param authorities null where caBundle is somebody else's work, too
     */
    record OfFiles(Path certificate, Path key, @Nullable Path authorities)
        implements Certificates {}
  }
}
