package dev.streamgauge.fuzz;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.streamgauge.parser.RequestFacts;
import dev.streamgauge.parser.RequestReader;
import dev.streamgauge.parser.UsageInjection;
import dev.streamgauge.parser.UsageRequest;
import dev.streamgauge.parser.UsageSplice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The fuzzer's target for requests: any bytes as a request's body. Holds that nothing is thrown,
 * that the body stays as it is, and that a splice which asks for usage leaves JSON that another
 * reader takes as JSON, too, with nothing else changed.
 */
public final class RequestFuzz {
  private static final JsonFactory JSON = new JsonFactory();
  private static final List<String> ASKED =
      List.of("/v1/chat/completions", "/generate_stream", "/");

  private RequestFuzz() {}

  /** Called by the fuzzer for each input. */
  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    byte[] body = data.clone();
    RequestFacts facts = RequestReader.read("POST", "/v1/chat/completions", body, 0, body.length);
    String model = facts.model();
    Checks.that(model == null || model.length() <= 256, "the model's name is bounded", facts);
    RequestReader.read("POST", "/api/chat", body, 0, body.length / 2);
    for (String path : ASKED) {
      UsageSplice splice = UsageRequest.read(path, body, 0, body.length);
      Checks.that(Arrays.equals(body, data), "what is read stays as it is", facts);
      if (splice.result() == UsageInjection.INJECTED) {
        check(body, splice);
      }
    }
  }

  private static void check(byte[] body, UsageSplice splice) throws IOException {
    int behind = splice.at() + splice.replaced();
    boolean inside = splice.at() > 0 && behind < body.length;
    Checks.that(inside, "a splice lies inside the object", splice);
    String gone = new String(body, splice.at(), splice.replaced(), StandardCharsets.UTF_8);
    Checks.that(gone.isEmpty() || gone.equals("null"), "only a null gives way", gone);
    ByteArrayOutputStream spliced = new ByteArrayOutputStream();
    spliced.write(body, 0, splice.at());
    spliced.write(splice.text().getBytes(StandardCharsets.UTF_8));
    spliced.write(body, behind, body.length - behind);
    if (isJson(body)) {
      Checks.that(isJson(spliced.toByteArray()), "the spliced body is JSON", splice);
    }
  }

  private static boolean isJson(byte[] text) throws IOException {
    try (JsonParser parser = JSON.createParser(text)) {
      int tokens = 0;
      while (parser.nextToken() != null) {
        tokens++;
      }
      return tokens > 0;
    } catch (com.fasterxml.jackson.core.JacksonException refused) {
      return false;
    }
  }
}
