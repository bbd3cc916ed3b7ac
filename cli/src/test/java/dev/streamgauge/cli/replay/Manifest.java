package dev.streamgauge.cli.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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
      return (Long) found.get("http_status");
    }

    @Nullable String grpcStatus() {
      return (String) found.get("grpc_status");
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
      return (Long) found.get("n_content_events");
    }

    List<Long> contentMicros() {
      return found.get("content_times_ns") instanceof List<?> times
          ? times.stream().map(nanos -> Math.floorDiv((Long) nanos, 1000L)).toList()
          : List.of();
    }

    List<String> finishReasons() {
      return found.get("finish_reasons") instanceof Map<?, ?> byChoice
          ? byChoice.values().stream().map(String::valueOf).toList()
          : List.of();
    }

    @Nullable Long usage(String name) {
      return found.get("usage") instanceof Map<?, ?> usage ? (Long) usage.get(name) : null;
    }
  }

  private Manifest() {}

  static List<Recording> read(Path folder) throws IOException {
    List<Recording> all = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("manifest.jsonl"))) {
      try (JsonParser json = JSON.createParser(line)) {
        json.nextToken();
        all.add(recording(object(value(json))));
      }
    }
    return all;
  }

  private static Recording recording(Map<String, Object> line) {
    List<Exchange> exchanges = new ArrayList<>();
    if (line.get("wire") instanceof List<?> wire) {
      wire.forEach(exchange -> exchanges.add(new Exchange(object(exchange))));
    }
    exchanges.sort(Comparator.comparingLong(Exchange::requestReadNanos));
    return new Recording(
        String.valueOf(line.get("file")),
        String.valueOf(line.get("engine")),
        Boolean.TRUE.equals(line.get("aborted")),
        exchanges);
  }

  @SuppressWarnings("unchecked") // made by value below
  private static Map<String, Object> object(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, Object>) map;
    }
    throw new IllegalStateException("no object: " + value);
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
