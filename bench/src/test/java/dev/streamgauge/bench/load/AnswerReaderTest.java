package dev.streamgauge.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerReaderTest {
  private final List<Long> stamps = new ArrayList<>();
  private final List<Integer> answers = new ArrayList<>();
  private final AnswerReader reader =
      new AnswerReader(
          new AnswerReader.Listener() {
            @Override
            public void token(long stampNanos) {
              stamps.add(stampNanos);
            }

            @Override
            public void answered(int status, int tokens) {
              answers.add(1000 * status + tokens);
            }
          });

  @Test
  void stampsComeOutWholeHoweverTheAnswerIsCut() {
    byte[] bytes = twoAnswers();
    for (int cut = 1; cut < bytes.length; cut++) {
      stamps.clear();
      answers.clear();
      for (int start = 0; start < bytes.length; start += cut) {
        reader.read(ByteBuffer.wrap(bytes, start, Math.min(cut, bytes.length - start)));
      }
      assertThat(stamps).as("cut every %d", cut).containsExactly(11L, 22L, 33L, 44L);
      assertThat(answers).containsExactly(200_002, 200_002);
    }
  }

  @Test
  void anAnswerThatIsNotChunkedIsBroken() {
    reader.read(
        ByteBuffer.wrap(
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    assertThat(reader.broken()).isTrue();
  }

  private static byte[] twoAnswers() {
    ByteBuffer all = ByteBuffer.allocate(8192);
    Answer answer = new Answer(2, true);
    long stamp = 11;
    for (int i = 0; i < 2; i++) {
      all.put(answer.head()).put(answer.role());
      for (int token = 0; token < 2; token++) {
        all.put(answer.token(stamp));
        stamp += 11;
      }
      for (ByteBuffer piece : answer.tail()) {
        all.put(piece);
      }
    }
    byte[] bytes = new byte[all.position()];
    all.flip().get(bytes);
    return bytes;
  }
}
