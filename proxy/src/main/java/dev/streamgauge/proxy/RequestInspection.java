package dev.streamgauge.proxy;

import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.proxy.http1.BodyFraming;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a request's body says of its answer: from its first bytes, as many as {@code
 * --max-inspected-body-bytes} says, once, and only where the operation generates. Observes the
 * buffers.
 */
final class RequestInspection implements BodyFraming.Data {
  private static final byte[] NONE = {};

  private final String method;
  private final String path;
  private final Operation operation;
  private final int inspectedBytesMax;
  private final InspectedBytes held;
  private byte[] prefix = NONE;
  private int length;
  private long dataBytes;

  /** All bodies of the loop together hold as much as they may. */
  private boolean noRoom;

  private @Nullable RequestFacts facts;

  RequestInspection(
      SaidDialects dialects,
      String method,
      String path,
      int inspectedBytesMax,
      InspectedBytes held) {
    this.held = held;
    this.inspectedBytesMax = inspectedBytesMax;
    this.method = method;
    this.path = path;
    this.operation = dialects.operation(method, path);
  }

  Operation operation() {
    return operation;
  }

  long dataBytes() {
    return dataBytes;
  }

  /** Whether there was more of a body than is looked at, where it is looked at at all. */
  boolean cut() {
    return operation != Operation.OTHER
        && inspectedBytesMax > 0
        && (noRoom || dataBytes > inspectedBytesMax);
  }

  /** Bytes of an upgraded connection: counted, not read. */
  void tunnelled(int bytes) {
    dataBytes += bytes;
  }

  @Override
  public void data(ByteBuf buffer, int start, int end) {
    dataBytes += end - start;
    int room = inspectedBytesMax - length;
    if (facts != null || room == 0 || noRoom || operation == Operation.OTHER) {
      return;
    }
    int take = Math.min(room, end - start);
    if (length + take > prefix.length) {
      int grown = Math.min(inspectedBytesMax, Math.max(length + take, 2 * length));
      if (!held.take(grown - prefix.length)) {
        noRoom = true;
        return;
      }
      prefix = Arrays.copyOf(prefix, grown);
    }
    buffer.getBytes(start, prefix, length, take);
    length += take;
  }

  /** What is known so far; later bytes change nothing any more. */
  RequestFacts facts() {
    RequestFacts known = facts;
    if (known == null) {
      known = RequestReader.read(method, path, prefix, 0, length).as(operation);
      facts = known;
      held.giveBack(prefix.length);
      prefix = NONE;
    }
    return known;
  }
}
