package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.timeline.RequestRecord;
import org.jspecify.annotations.Nullable;

/**
 * One finished request as one line of JSON, also with what only a replay knows. Needs no lock: an
 * instance holds nothing that changes.
 */
public final class AccessLogJson {
  private static final int LINE_BYTES_EXPECTED = 1536;
  private static final FieldName FILE = new FieldName("file");
  private static final FieldName TOKEN_TIMES_US = new FieldName("token_times_us");
  private static final FieldName INFERENCE_TTFT_US = new FieldName("inference_ttft_us");

  private final AccessLogFields fields;

  public AccessLogJson(AccessLogging settings) {
    this.fields = new AccessLogFields(settings);
  }

  /** Fields that only a replay of a recording has. */
  public static final class Extras {
    private static final Extras NONE = new Extras(null, null, null);

    private final @Nullable String file;
    private final long @Nullable [] tokenTimesMicros;
    private final long @Nullable [] inferenceTtftMicros;

    private Extras(
        @Nullable String file,
        long @Nullable [] tokenTimesMicros,
        long @Nullable [] inferenceTtftMicros) {
      this.file = file;
      this.tokenTimesMicros = tokenTimesMicros;
      this.inferenceTtftMicros = inferenceTtftMicros;
    }

    public static Extras none() {
      return NONE;
    }

    public static Extras ofFile(String file) {
      return new Extras(file, null, null);
    }

    /**
     * With a time for each token event, since the read that completed the request, and of a call
     * that may carry several inferences the time to the first token of each, since its own request;
     * copied.
     */
    public Extras withTimesMicros(long[] tokens, long @Nullable [] inferenceTtfts) {
      return new Extras(
          file, tokens.clone(), inferenceTtfts == null ? null : inferenceTtfts.clone());
    }
  }

  /** The line with its line feed, in UTF-8. */
  public byte[] line(RequestRecord record, Extras extras) {
    JsonLine line = new JsonLine(LINE_BYTES_EXPECTED);
    line.begin(record);
    fields.tell(record, null, line);
    line.field(FILE, extras.file);
    if (extras.tokenTimesMicros != null) {
      line.array(TOKEN_TIMES_US, extras.tokenTimesMicros);
    }
    if (extras.inferenceTtftMicros != null) {
      line.array(INFERENCE_TTFT_US, extras.inferenceTtftMicros);
    }
    line.end();
    return line.copy();
  }
}
