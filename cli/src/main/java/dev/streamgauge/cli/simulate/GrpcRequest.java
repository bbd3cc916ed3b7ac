package dev.streamgauge.cli.simulate;

import org.jspecify.annotations.Nullable;

/**
 * What counts of a request's message.
 *
 * <p>Throws {@link IllegalArgumentException} of a message that is no protobuf, or asks for too many
 * answers.
 */
final class GrpcRequest {
  private static final int CHOICES_MAX = 128;
  private static final int TIMES = 7;
  private static final int MODEL_NAME = 1;
  private static final int INFER_ID = 3;
  private static final int PARAMETERS = 4;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int BOOL_PARAM = 1;
  private static final int STRING_PARAM = 3;

  String id = "";
  String model = "";
  boolean stream;
  boolean ignoreEos;
  boolean times;
  int choices = 1;
  long promptTokens = 1;
  @Nullable Long tokensMax;

  /** Triton's: whether the last response comes as one of its own, without output. */
  boolean emptyFinal;

  /** An inference's own wishes; empty if it has none. */
  String wishes = "";

  /** Of any call that answers. */
  static GrpcRequest of(GrpcMethod method, byte[] message) {
    GrpcEngine engine = method.engine();
    GrpcRequest request = new GrpcRequest();
    if (engine != null) {
      request.readGenerate(new ProtoFields(message), engine);
    } else {
      request.stream = method == GrpcMethod.MODEL_STREAM_INFER;
      request.readInfer(new ProtoFields(message));
    }
    return request;
  }

  private void readGenerate(ProtoFields fields, GrpcEngine engine) {
    GrpcEngine.Asked asked = engine.asked;
    while (fields.next()) {
      int field = fields.field();
      if (field == GrpcEngine.REQUEST_ID) {
        id = fields.text();
      } else if (field == GrpcEngine.TOKENIZED) {
        readTokenized(fields.message());
      } else if (field == asked.text()) {
        promptTokens = Math.max(1, (fields.length() + 3) / 4);
      } else if (field == asked.sampling()) {
        readSampling(fields.message(), asked);
      } else if (field == asked.stream()) {
        stream = fields.flag();
      } else if (field == asked.tokensMax()) {
        limit(fields.number());
      } else if (field == asked.ignoreEos()) {
        ignoreEos = fields.flag();
      } else if (field == asked.output()) {
        readOutput(fields.message());
      }
    }
  }

  private void readTokenized(ProtoFields fields) {
    long ids = 0;
    while (fields.next()) {
      if (fields.field() == GrpcEngine.INPUT_IDS) {
        ids += fields.length() > 0 ? fields.integers() : 1;
      }
    }
    promptTokens = Math.max(1, ids);
  }

  private void readSampling(ProtoFields fields, GrpcEngine.Asked asked) {
    while (fields.next()) {
      int field = fields.field();
      if (field == asked.sampledTokensMax()) {
        limit(fields.number());
      } else if (field == asked.sampledIgnoreEos()) {
        ignoreEos = fields.flag();
      } else if (field == asked.sampledChoices()) {
        choices(fields.number());
      }
    }
  }

  private void readOutput(ProtoFields fields) {
    while (fields.next()) {
      times |= fields.field() == TIMES && fields.flag();
    }
  }

  private void limit(long tokens) {
    tokensMax = tokens > 0 ? tokens : null;
  }

  private void choices(long wanted) {
    if (wanted < 0 || wanted > CHOICES_MAX) {
      throw new IllegalArgumentException("n: " + wanted + " (expected: 1 to " + CHOICES_MAX + ")");
    }
    choices = (int) Math.max(1, wanted);
  }

  private void readInfer(ProtoFields fields) {
    while (fields.next()) {
      switch (fields.field()) {
        case MODEL_NAME -> model = fields.text();
        case INFER_ID -> id = fields.text();
        case PARAMETERS -> readParameter(fields.message());
        default -> {}
      }
    }
  }

  private void readParameter(ProtoFields fields) {
    String key = "";
    boolean flag = false;
    String text = "";
    while (fields.next()) {
      if (fields.field() == KEY) {
        key = fields.text();
      } else if (fields.field() == VALUE) {
        ProtoFields value = fields.message();
        while (value.next()) {
          flag = value.field() == BOOL_PARAM && value.flag();
          text = value.field() == STRING_PARAM ? value.text() : "";
        }
      }
    }
    emptyFinal |= flag && key.equals("triton_enable_empty_final_response");
    wishes = key.equals(Wishes.QUERY) ? text : wishes;
  }
}
