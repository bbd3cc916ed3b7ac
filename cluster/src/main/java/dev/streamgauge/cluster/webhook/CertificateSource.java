package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where the webhook's certificates come from. */
sealed interface CertificateSource {
  /** Told of our Secret, by its watch; null where it is gone. */
  void told(@Nullable ObjectNode secret);

  /** Whom the API server is to trust, in PEM; null where that is not known, or not our work. */
  @Nullable String trusted();

  /** Whether a certificate can be shown before anybody trusts it. */
  boolean mayBegin();

  /** Looks at what may have changed; each replica does, on one thread. */
  void look();

  /**
   * The next step of a rotation; of the leader alone, where what is trusted now has been written.
   */
  void step() throws IOException;

  /** Our own. */
  record SelfMade(CertificateKeeper keeper) implements CertificateSource {
    @Override
    public void told(@Nullable ObjectNode secret) {
      keeper.told(secret);
    }

    @Override
    public @Nullable String trusted() {
      return keeper.trusted();
    }

    @Override
    public boolean mayBegin() {
      return keeper.trusted() == null;
    }

    @Override
    public void look() {}

    @Override
    public void step() throws IOException {
      var _ = keeper.step();
    }
  }

  /** Somebody else's. */
  record OfFiles(CertificateFiles files) implements CertificateSource {
    @Override
    public void told(@Nullable ObjectNode secret) {}

    @Override
    public @Nullable String trusted() {
      return files.trusted();
    }

    @Override
    public boolean mayBegin() {
      return false;
    }

    @Override
    public void look() {
      files.look();
    }

    @Override
    public void step() {}
  }
}
