package dev.streamgauge.cli.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.streamgauge.config.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an independent reading, by the servers' own client libraries, found in the recordings. */
final class Manifest {
  private static final JsonFactory JSON = new JsonFactory();

  /** One recording; the HTTP exchanges are in the order in which their requests were complete. */
  record Recording(String file, String engine, boolean aborted, List<Exchange> exchanges) {}

  /** One exchange; null where the reading found nothing. */
  record Exchange(Map<String, Object> found) {
    boolean grpc() {
      return "grpc".equals(found.get("protocol"));
    }

    String path() {
      return String.valueOf(found.get("path"));
    }

    @Nullable Long status() {
      return found.get("http_status") instanceof Long status ? status : null;
    }

    @Nullable String grpcStatus() {
      return found.get("grpc_status") instanceof String status ? status : null;
    }

    boolean truncated() {
      return Boolean.TRUE.equals(found.get("truncated"));
    }

    boolean failed() {
      return found.get("error") != null;
    }

    long requestReadNanos() {
      return found.get("t_request_last_byte") instanceof Long nanos ? nanos : 0;
    }

    @Nullable Long contentEvents() {
      return found.get("n_content_events") instanceof Long events ? events : null;
    }

    List<Long> contentMicros() {
      List<Long> micros = new ArrayList<>();
      if (found.get("content_times_ns") instanceof List<?> times) {
        for (Object nanos : times) {
          if (nanos instanceof Long time) {
            micros.add(Math.floorDiv(time, 1000L));
          }
        }
      }
      return micros;
    }

    /** Whether the reading looked for finish reasons at all. */
    boolean readsFinish() {
      return found.containsKey("finish_reasons");
    }

    /** Whether the reading found anything that a dialect says. */
    boolean foundAnything() {
      Long events = contentEvents();
      return (events != null && events > 0)
          || failed()
          || !finishReasons().isEmpty()
          || found.get("usage") != null;
    }

    List<String> finishReasons() {
      return found.get("finish_reasons") instanceof Map<?, ?> byChoice
          ? byChoice.values().stream().map(String::valueOf).toList()
          : List.of();
    }

    @Nullable Long usage(String name) {
      return found.get("usage") instanceof Map<?, ?> usage && usage.get(name) instanceof Long count
          ? count
          : null;
    }
  }

  private Manifest() {}

  /** Reads a manifest: a JSON object a line, one for each recording. */
  static List<Recording> read(Path manifest) throws BadRecording {
    List<Recording> all = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(manifest)) {
        if (!line.isBlank()) {
          all.add(recording(object(line)));
        }
      }
    } catch (JsonProcessingException e) {
      throw unusable(manifest, "line " + (all.size() + 1) + ": " + e.getOriginalMessage());
    } catch (IOException e) {
      throw unusable(manifest, FileFault.text(e));
    }
    return all;
  }

  private static BadRecording unusable(Path manifest, String why) {
    return new BadRecording(
        "--check: \"" + manifest + "\" on the command line (expected: a manifest; " + why + ")");
  }

  private static Map<String, Object> object(String line) throws IOException {
    try (JsonParser json = JSON.createParser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(json, "no object");
      }
      return fields(json);
    }
  }

  private static Recording recording(Map<String, Object> line) {
    List<Exchange> exchanges = new ArrayList<>();
    if (line.get("wire") instanceof List<?> wire) {
      wire.forEach(found -> exchanges.add(new Exchange(exchange(found))));
    }
    exchanges.sort(Comparator.comparingLong(Exchange::requestReadNanos));
    return new Recording(
        String.valueOf(line.get("file")),
        String.valueOf(line.get("engine")),
        Boolean.TRUE.equals(line.get("aborted")),
        exchanges);
  }

  @SuppressWarnings("unchecked") // objects are made by fields() below
  private static Map<String, Object> exchange(Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }

  /** The value at the parser's token; objects have no entries for null. */
  private static @Nullable Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case START_OBJECT -> fields(json);
      case START_ARRAY -> elements(json);
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Map<String, Object> fields(JsonParser json) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      Object value = value(json);
      if (value != null) {
        fields.put(name, value);
      }
    }
    return fields;
  }

  private static List<Object> elements(JsonParser json) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      Object value = value(json);
      if (value != null) {
        elements.add(value);
      }
    }
    return elements;
  }
}
