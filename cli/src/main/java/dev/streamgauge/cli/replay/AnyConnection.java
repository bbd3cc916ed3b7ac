package dev.streamgauge.cli.replay;

import dev.streamgauge.cli.replay.RecordedEvent.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection whose protocol shows with the first bytes: HTTP/2's begin with {@code PRI}. */
final class AnyConnection implements ReplayedConnection {
  private static final byte[] PREFACE = {'P', 'R', 'I', ' '};

  private final Replay replay;
  private final List<RecordedEvent> waiting = new ArrayList<>();
  private int matched;
  private @Nullable ReplayedConnection known;

  AnyConnection(Replay replay) {
    this.replay = replay;
  }

  @Override
  public void happened(RecordedEvent event) {
    if (known != null) {
      known.happened(event);
      return;
    }
    waiting.add(event);
    if (event.kind() == Kind.READ && event.fromClient()) {
      decide(event.bytes());
    }
  }

  @Override
  public void recordingEnded(long nanos) {
    (known == null ? become(new Http1Connection(replay)) : known).recordingEnded(nanos);
  }

  private void decide(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && matched < PREFACE.length && bytes[at] == PREFACE[matched]) {
      at++;
      matched++;
    }
    if (matched == PREFACE.length) {
      become(new Http2Connection(replay));
    } else if (at < bytes.length) {
      become(new Http1Connection(replay));
    }
  }

  private ReplayedConnection become(ReplayedConnection connection) {
    known = connection;
    waiting.forEach(connection::happened);
    waiting.clear();
    return connection;
  }
}
