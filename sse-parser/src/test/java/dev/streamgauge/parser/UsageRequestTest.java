package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageRequestTest {
  private static final String ASK = "\"include_usage\":true";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{\"stream\":true}|{\"stream_options\":{\"include_usage\":true},\"stream\":true}",
        "{\"stream\":true,\"stream_options\":null}|"
            + "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}",
        "{\"stream\":true,\"stream_options\":{ }}|"
            + "{\"stream\":true,\"stream_options\":{\"include_usage\":true }}",
        "{\"stream\":true,\"stream_options\":{\"a\":1}}|"
            + "{\"stream\":true,\"stream_options\":{\"include_usage\":true,\"a\":1}}",
        "{\"stream\":true,\"stream_options\":{\"include_usage\": null}}|"
            + "{\"stream\":true,\"stream_options\":{\"include_usage\": true}}",
      })
  void usageIsAskedForByOneSplice(String body, String expected) {
    assertThat(spliced(body)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{\"stream\":false}|NOT_STREAMING",
        "{}|NOT_STREAMING",
        "[]|NOT_JSON",
        "{\"stream\":true|NOT_JSON",
        "{\"stream\":true} x|NOT_JSON",
        "{\"stream\":true,\"stream\":true}|AMBIGUOUS",
        "{\"stream\":true,\"Stream_Options\":{}}|AMBIGUOUS",
        "{\"stre\\u0061m\":true}|AMBIGUOUS",
        "{\"stream\":true,\"stream_options\":[]}|AMBIGUOUS",
        "{\"stream\":true,\"stream_options\":{\"continuous_usage_stats\":true}}|AMBIGUOUS",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":1}}|AMBIGUOUS",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":true}}|ALREADY_ASKED",
        "{\"stream\":true,\"stream_options\":{\"include_usage\":false}}|DECLINED",
        "{\"stream\":true,\"n\":2}|SEVERAL_CHOICES",
        "{\"stream\":true,\"prompt\":[\"a\",\"b\"]}|SEVERAL_CHOICES",
        "{\"stream\":true,\"prompt\":[1,2,3],\"n\":1}|INJECTED",
        "{\"stream\":true,\"prompt\":[\"a\"]}|INJECTED",
      })
  void whatCouldBeReadInTwoWaysIsLeftAlone(String body, UsageInjection result) {
    assertThat(read(body).result()).isEqualTo(result);
  }

  @Test
  void inAThousandGeneratedBodiesEveryOtherByteStays() {
    Random random = new Random(5);
    int asked = 0;
    for (int round = 0; round < 1000; round++) {
      String body = generated(random);
      UsageSplice splice = read(body);
      if (splice.result() == UsageInjection.INJECTED) {
        asked++;
        String with = spliced(body);
        String before = latin(body).substring(0, splice.at());
        String behind = latin(body).substring(splice.at() + splice.replaced());
        assertThat(with).as(body).isEqualTo(before + splice.text() + behind).contains(ASK);
        assertThat(read(utf(with)).result()).as(with).isEqualTo(UsageInjection.ALREADY_ASKED);
      }
    }
    assertThat(asked).isBetween(300, 900);
  }

  private static String generated(Random random) {
    List<String> fields =
        new ArrayList<>(
            List.of(
                "\"model\":\"m\\u00e9\\n\"",
                "\"messages\":[{\"role\":\"user\",\"content\":\"\u00fc {\\\"stream\\\":false} \"}]",
                "\"temperature\":0.10e-1",
                "\"seed\":12345678901234567890",
                "\"tools\":[{\"n\":2,\"stream_options\":{\"include_usage\":false}}]"));
    fields.add("\"stream\":" + (random.nextInt(5) == 0 ? "false" : "true"));
    switch (random.nextInt(6)) {
      case 0 -> fields.add("\"stream_options\": null");
      case 1 -> fields.add("\"stream_options\":{ \"include_obfuscation\": false }");
      case 2 -> fields.add("\"stream_options\":{" + ASK + "}");
      default -> {}
    }
    Collections.shuffle(fields, random);
    String comma = random.nextBoolean() ? "," : " ,\n\t";
    String open = random.nextBoolean() ? "{" : " { ";
    return open + String.join(comma, fields) + (random.nextBoolean() ? "}" : " }\r\n");
  }

  private static String spliced(String body) {
    UsageSplice splice = read(body);
    assertThat(splice.result()).isEqualTo(UsageInjection.INJECTED);
    String bytes = latin(body);
    return bytes.substring(0, splice.at())
        + splice.text()
        + bytes.substring(splice.at() + splice.replaced());
  }

  private static String latin(String body) {
    return new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private static String utf(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  private static UsageSplice read(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return UsageRequest.read(bytes, 0, bytes.length);
  }
}
