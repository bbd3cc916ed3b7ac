package dev.streamgauge.bench.load;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What is asked over HTTP/2 and answered: the bytes of both sides, and how stamps are read. */
interface Service {
  /** Of the request, for HPACK without its tables. */
  byte[] requestHead();

  byte[] requestBody();

  byte[] answerHead();

  /** A piece before the first token; null for none. */
  @Nullable ByteBuffer opening();

  /** The token event, stamped anew; valid until the next call. */
  ByteBuffer token(long nanos);

  /** What follows the last token, a frame each. */
  ByteBuffer[] tail();

  /** The head behind all; null where the last frame of data is the end. */
  byte @Nullable [] trailer();

  /** Reads one answer. */
  Reader reader();

  /** Reads the data of one answer and notes its token events. */
  interface Reader {
    void read(ByteBuffer data, Delays delays);

    int tokens();
  }
}
