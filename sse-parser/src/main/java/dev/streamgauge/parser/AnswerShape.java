package dev.streamgauge.parser;

import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * By what an answer's first object can be told from those of other dialects: which fields it has
 * whose value is not null, what it calls itself in {@code object} or {@code type}, and what its
 * first choice has.
 */
final class AnswerShape {
  static final int WORD_CHARS_MAX = 64;

  private static final byte[] ERROR = Ascii.bytes("error");

  private final EnumSet<FieldName> fields = EnumSet.noneOf(FieldName.class);
  private final EnumSet<FieldName> choiceFields = EnumSet.noneOf(FieldName.class);
  private String object = "";
  private String type = "";
  private boolean error;

  /** Reads the value at the reader's place; of an array, as several prompts bring it, the first. */
  void read(JsonReader json) {
    fields.clear();
    choiceFields.clear();
    object = "";
    type = "";
    error = false;
    if (json.peek() == JsonKind.ARRAY) {
      readFirst(json);
    } else {
      readObject(json);
    }
  }

  /** Whether it has this field, with a value. */
  boolean has(FieldName field) {
    return fields.contains(field);
  }

  boolean choiceHas(FieldName field) {
    return choiceFields.contains(field);
  }

  /** What {@code object} says; empty if nothing. */
  String object() {
    return object;
  }

  /** What {@code type} says; empty if nothing. */
  String type() {
    return type;
  }

  boolean isError() {
    return error || fields.contains(FieldName.ERROR);
  }

  private void readFirst(JsonReader json) {
    json.enterArray();
    boolean first = true;
    while (json.nextElement()) {
      if (first) {
        readObject(json);
      } else {
        json.skipValue();
      }
      first = false;
    }
  }

  private void readObject(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      note(json, fields);
      if (json.nameIs(FieldName.CHOICES)) {
        readChoices(json);
      } else if (json.nameIs(FieldName.OBJECT)) {
        object = word(json);
      } else if (json.nameIs(FieldName.TYPE)) {
        type = word(json);
      } else {
        json.skipValue();
      }
    }
  }

  private void readChoices(JsonReader json) {
    if (!json.enterArray()) {
      fields.remove(FieldName.CHOICES);
      return;
    }
    while (json.nextElement()) {
      if (!json.enterObject()) {
        continue;
      }
      while (json.nextField()) {
        note(json, choiceFields);
        json.skipValue();
      }
    }
  }

  private static void note(JsonReader json, EnumSet<FieldName> names) {
    @Nullable FieldName name = json.name();
    if (name != null && json.peek() != JsonKind.NULL) {
      names.add(name);
    }
  }

  private String word(JsonReader json) {
    if (!json.filledString()) {
      return "";
    }
    error |= json.stringIs(ERROR);
    return json.string(WORD_CHARS_MAX);
  }
}
