package dev.streamgauge.parser;

/**
 * What a pooling model's answer says beside its vectors or scores, read but not yet told: one
 * object, or of an array of them the sum.
 */
final class PoolingFrame {
  final ErrorText error = new ErrorText();
  final UsageCounts usage = new UsageCounts();

  /** By the engine, where there is no {@code usage}. */
  long evaluated = StreamSink.UNKNOWN;

  long cached = StreamSink.UNKNOWN;
  long loadNanos = StreamSink.UNKNOWN;
  int modelStart;
  int modelEnd;

  PoolingFrame() {
    error.clear();
  }

  /** Reads whatever stands there; false if it is not sound. */
  boolean read(JsonReader json) {
    if (json.peek() == JsonKind.ARRAY) {
      json.enterArray();
      while (json.nextElement()) {
        object(json);
      }
    } else {
      object(json);
    }
    return !json.failed();
  }

  private void object(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      field(json);
    }
  }

  private void field(JsonReader json) {
    if (json.nameIs(FieldName.USAGE)) {
      usage.read(json);
    } else if (json.nameIs(FieldName.MODEL)) {
      model(json);
    } else if (json.nameIs(FieldName.META_INFO)) {
      metaInfo(json);
    } else if (json.nameIs(FieldName.META)) {
      meta(json);
    } else if (json.nameIs(FieldName.PROMPT_EVAL_COUNT)) {
      evaluated = json.readCount();
    } else if (json.nameIs(FieldName.LOAD_DURATION)) {
      loadNanos = json.readCount();
    } else if (!error.readField(json)) {
      json.skipValue();
    }
  }

  private void model(JsonReader json) {
    if (json.filledString()) {
      modelStart = json.stringStart();
      modelEnd = json.stringEnd();
    }
  }

  /** SGLang's, of each input its own. */
  private void metaInfo(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.PROMPT_TOKENS)) {
        evaluated = DialectParser.sum(evaluated, json.readCount());
      } else if (json.nameIs(FieldName.CACHED_TOKENS)) {
        cached = DialectParser.sum(cached, json.readCount());
      } else {
        json.skipValue();
      }
    }
  }

  /** Cohere's. */
  private void meta(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.BILLED_UNITS)) {
        billedUnits(json);
      } else {
        json.skipValue();
      }
    }
  }

  private void billedUnits(JsonReader json) {
    if (!json.enterObject()) {
      return;
    }
    while (json.nextField()) {
      if (json.nameIs(FieldName.INPUT_TOKENS)) {
        usage.input = json.readCount();
      } else {
        json.skipValue();
      }
    }
  }
}
