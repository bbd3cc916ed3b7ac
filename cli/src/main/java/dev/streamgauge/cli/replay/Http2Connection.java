package dev.streamgauge.cli.replay;

import dev.streamgauge.timeline.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One recorded HTTP/2 connection. An exchange or gRPC call is a stream; they are told in the order
 * of their ids. Flow control, settings and pushes say nothing of an exchange and are passed over.
 */
final class Http2Connection implements ReplayedConnection {
  private final Replay replay;
  private final Map<Integer, Http2Stream> streams = new TreeMap<>();
  private final Http2Frames fromClient = new Http2Frames(true);
  private final Http2Frames fromServer = new Http2Frames(false);
  private boolean over;
  private int reads;

  Http2Connection(Replay replay) {
    this.replay = replay;
  }

  @Override
  public void happened(RecordedEvent event) {
    if (over) {
      return;
    }
    long nanos = event.nanos();
    boolean client = event.fromClient();
    switch (event.kind()) {
      case OPEN -> {}
      case READ -> read(event);
      case EOF, RST -> {
        if (client) {
          open().forEach(stream -> stream.callerLeft(nanos));
        } else {
          endAll(Outcome.UPSTREAM_RESET, nanos);
        }
      }
      case SEND_FAILED -> {
        if (!client) {
          open().forEach(stream -> stream.callerLeft(nanos));
        }
      }
      case CONNECT_FAILED -> endAll(Outcome.UPSTREAM_UNREACHABLE, nanos);
      case CLOSE -> recordingEnded(nanos);
    }
  }

  @Override
  public void recordingEnded(long nanos) {
    open().forEach(stream -> stream.recordingEnded(nanos));
    endAll(Outcome.UPSTREAM_TRUNCATED, nanos);
  }

  private List<Http2Stream> open() {
    return new ArrayList<>(streams.values());
  }

  private void read(RecordedEvent event) {
    reads++;
    Http2Frames frames = event.fromClient() ? fromClient : fromServer;
    for (Http2Frames.Frame frame : frames.read(event.bytes())) {
      frame(frame, event.fromClient(), event.nanos());
    }
    if (frames.malformed()) {
      endAll(event.fromClient() ? Outcome.CALLER_INVALID : Outcome.UPSTREAM_RESET, event.nanos());
    }
  }

  private void frame(Http2Frames.Frame frame, boolean client, long nanos) {
    Http2Stream stream = streams.get(frame.stream());
    if (stream == null) {
      if (!client || !(frame instanceof Http2Frames.Headers headers)) {
        return;
      }
      stream = new Http2Stream(replay.newExchange(Http2Stream.request(headers), nanos), headers);
      streams.put(frame.stream(), stream);
    }
    if (client) {
      stream.fromClient(frame, nanos);
    } else {
      stream.fromServer(frame, reads, nanos);
    }
  }

  private void endAll(Outcome outcome, long nanos) {
    over = true;
    for (Http2Stream stream : streams.values()) {
      stream.connectionEnded(outcome, nanos);
      replay.requestRead(stream.exchange());
    }
  }
}
