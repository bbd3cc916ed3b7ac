package dev.streamgauge.cluster.kube;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a page of a list from its stream: one object is in memory at a time. */
final class ListReader {
  private final ObjectMapper mapper;

  ListReader(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  /**
   * What a page says of itself.
   *
   * @param version the resource version of the whole list
   * @param next the continuation, or null for the last page
   */
  record Page(String version, @Nullable String next, int objects) {}

  /**
   * Hands each object on as it is read.
   *
   * @throws IOException if the page breaks off or is none
   */
  Page read(InputStream in, Consumer<ObjectNode> each) throws IOException {
    String version = null;
    String next = null;
    int objects = 0;
    try (JsonParser parser = mapper.createParser(in)) {
      expect(parser.nextToken() == JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        switch (name) {
          case "metadata" -> {
            JsonNode metadata = mapper.readTree(parser);
            version = text(metadata, "resourceVersion");
            next = text(metadata, "continue");
          }
          case "items" -> objects = items(parser, each);
          default -> parser.skipChildren();
        }
      }
      expect(parser.currentToken() == JsonToken.END_OBJECT && version != null);
    }
    return new Page(version == null ? "" : version, next, objects);
  }

  private int items(JsonParser parser, Consumer<ObjectNode> each) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return 0; // how Go writes an empty list that was never made
    }
    expect(parser.currentToken() == JsonToken.START_ARRAY);
    int n = 0;
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      if (mapper.readTree(parser) instanceof ObjectNode object) {
        each.accept(object);
        n++;
      }
    }
    expect(parser.currentToken() == JsonToken.END_ARRAY);
    return n;
  }

  private static @Nullable String text(JsonNode metadata, String name) {
    String text = metadata.path(name).asText("");
    return text.isEmpty() ? null : text;
  }

  private static void expect(boolean kept) throws IOException {
    if (!kept) {
      throw new IOException("not a list");
    }
  }
}
