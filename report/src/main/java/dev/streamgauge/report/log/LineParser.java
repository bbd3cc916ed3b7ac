package dev.streamgauge.report.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/**
 * Reads one line. What the report does not look at may hold anything, so that logs of later
 * versions can be read, too. For one thread.
 */
public final class LineParser {
  private static final int DEPTH_MAX = 20;
  private static final int NUMBER_CHARACTERS_MAX = 100;

  /** What {@code kubectl logs --timestamps --prefix}, the kubelet or compose put before a line. */
  private static final int AHEAD_BYTES_MAX = 256;

  private final JsonFactory json =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxNumberLength(NUMBER_CHARACTERS_MAX)
                  .build())
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .build();

  private final RequestFields fields = new RequestFields();

  /** Reads {@code length} bytes from {@code start} on. */
  public Line parse(byte[] bytes, int start, int length) {
    int at = start;
    int end = start + length;
    while (at < end && isSpace(bytes[at])) {
      at++;
    }
    if (at == end) {
      return Rejection.BLANK;
    }
    at = objectStart(bytes, at, Math.min(end, at + AHEAD_BYTES_MAX));
    if (at < 0) {
      return Rejection.NOT_JSON;
    }
    try (JsonParser parser = json.createParser(bytes, at, end - at)) {
      return read(parser);
    } catch (JsonProcessingException _) {
      return Rejection.NOT_JSON;
    } catch (IOException e) {
      throw new IllegalStateException("reading an array", e);
    }
  }

  private static int objectStart(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '{') {
        return i;
      }
    }
    return -1;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  private Line read(JsonParser parser) throws IOException {
    fields.clear();
    parser.nextToken();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      fields.take(name, value, parser);
    }
    if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
      return Rejection.NOT_JSON;
    }
    return fields.line();
  }
}
