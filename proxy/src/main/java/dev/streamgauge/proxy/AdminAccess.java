package dev.streamgauge.proxy;

import dev.streamgauge.proxy.tls.Reloaded;
import dev.streamgauge.proxy.tls.SecretWord;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask the admin port for what. The probes are for all: whoever runs the container asks
 * them, and has no token. So are the files of the live page, which are the same everywhere and ask
 * for the token that its data need. Thread-safe.
 */
final class AdminAccess {
  private static final Set<String> PROBES = Set.of("/healthz", "/readyz");
  private static final String DRAIN = "/drain";
  private static final Set<String> CHANGES = Set.of(DRAIN, "/observe");
  private static final String BEARER = "Bearer ";

  private final @Nullable Reloaded<SecretWord> token;
  private final @Nullable SecretWord drainToken;

  /**
   * Rules for one port.
   *
   * @param token null: all may read, and only this machine may change something
   * @param drainToken whoever shows it may ask for a drain from elsewhere, and for nothing more
   */
  AdminAccess(@Nullable Reloaded<SecretWord> token, @Nullable SecretWord drainToken) {
    this.token = token;
    this.drainToken = drainToken;
  }

  /** What becomes of a request. */
  enum Verdict {
    GRANTED,
    TOKEN_NEEDED,
    NOT_FROM_THERE
  }

  /** Whether something is changed there, and so by POST. */
  static boolean changes(String path) {
    return CHANGES.contains(path);
  }

  Verdict verdict(String path, @Nullable String authorization, @Nullable SocketAddress from) {
    Reloaded<SecretWord> needed = token;
    if (PROBES.contains(path) || AdminFiles.has(path)) {
      return Verdict.GRANTED;
    }
    SecretWord forDrains = drainToken;
    if (forDrains != null && path.equals(DRAIN) && shows(authorization, forDrains)) {
      return Verdict.GRANTED;
    }
    if (needed != null) {
      return shows(authorization, needed.current()) ? Verdict.GRANTED : Verdict.TOKEN_NEEDED;
    }
    return changes(path) && !fromThisMachine(from) ? Verdict.NOT_FROM_THERE : Verdict.GRANTED;
  }

  /** The scheme's case does not count (RFC 9110 section 11.1). */
  private static boolean shows(@Nullable String authorization, SecretWord word) {
    return authorization != null
        && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && word.is(authorization.substring(BEARER.length()).strip());
  }

  private static boolean fromThisMachine(@Nullable SocketAddress from) {
    return from instanceof InetSocketAddress address && address.getAddress().isLoopbackAddress();
  }
}
