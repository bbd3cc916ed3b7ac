package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a multipart form says of model and stream is found, up to its file. */
class FormFieldsTest {
  private static final String FORM =
      field("language", "en") + field("model", "whisper-é") + field("stream", "true");
  private static final String FILE =
      field("file\"; filename=\"a.wav", "RIFF") + field("model", "late") + "--b0--\r\n";

  private static String field(String name, String value) {
    return "--b0\r\nContent-Disposition: form-data; name=\"%s\"\r\nX-Any: 1\r\n\r\n%s\r\n"
        .formatted(name, value);
  }

  private static RequestFacts read(byte[] body, int end) {
    return RequestReader.read("POST", "/v1/audio/transcriptions", body, 0, end);
  }

  @Test
  void fieldsAheadOfTheFileAreRead() {
    byte[] body = Answers.utf8(FORM + FILE);
    RequestFacts facts = read(body, body.length);
    assertThat(facts.model()).isEqualTo("whisper-é");
    assertThat(facts.stream()).isTrue();
    assertThat(facts.operation()).isEqualTo(Operation.GENERATE);
  }

  @Test
  void aCutFormSaysWhatCameWhole() {
    byte[] body = Answers.utf8(FORM + FILE);
    int modelEnd = Answers.utf8(FORM.substring(0, FORM.indexOf("-é\r\n") + 4)).length;
    for (int cut = 0; cut <= body.length; cut++) {
      String model = read(body, cut).model();
      assertThat(model).as("cut at %d", cut).isEqualTo(cut < modelEnd ? null : "whisper-é");
    }
  }

  @Test
  void whatIsNoFormSaysNothing() {
    for (String body :
        new String[] {
          "--", "---", "--\n\n\n", "--\r\n\r\n\r\n", "-1", "--b\r\nname=\"model\"\r\n"
        }) {
      byte[] bytes = Answers.utf8(body);
      assertThat(read(bytes, bytes.length).model()).as(body).isNull();
    }
  }
}
