package dev.streamgauge.bench.result;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** A section as JSON: each figure of each round, and the machine. */
public final class JsonFile {
  private JsonFile() {}

  public static void write(Section section, Map<String, String> machine, Path file)
      throws IOException {
    try (JsonGenerator json = new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("measurement", section.key());
      json.writeStringField("title", section.title());
      json.writeStringField("load", section.load());
      json.writeObjectFieldStart("machine");
      for (Map.Entry<String, String> fact : machine.entrySet()) {
        json.writeStringField(fact.getKey(), fact.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("tables");
      for (FigureTable table : section.tables()) {
        write(json, table);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("notes");
      for (String note : section.notes()) {
        json.writeString(note);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void write(JsonGenerator json, FigureTable table) throws IOException {
    json.writeStartObject();
    json.writeStringField("table", table.key());
    json.writeArrayFieldStart("rows");
    for (Row row : table.rows()) {
      json.writeStartObject();
      for (int i = 0; i < table.names().size(); i++) {
        json.writeStringField(table.names().get(i).replace(' ', '_'), row.names().get(i));
      }
      for (int i = 0; i < table.columns().size(); i++) {
        write(json, table.columns().get(i).key(), row.figures().get(i));
      }
      if (!row.remark().isEmpty()) {
        json.writeStringField("remark", row.remark());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** One round after the other; null is what was not measured in one. */
  private static void write(JsonGenerator json, String key, double[] rounds) throws IOException {
    json.writeArrayFieldStart(key);
    for (double value : rounds) {
      if (Double.isFinite(value)) {
        json.writeNumber(value);
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }
}
