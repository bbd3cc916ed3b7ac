package dev.streamgauge.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainMessagesTest {
  private static final byte[] TWO =
      ("HTTP/1.1 200 OK\r\nContent-Length:  5\r\n\r\nhello"
              + "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nConnection: close\r\n\r\n")
          .getBytes(US_ASCII);

  @Test
  void messagesComeOutWholeHoweverTheyAreCut() {
    for (int cut = 1; cut <= TWO.length; cut++) {
      PlainMessages messages = new PlainMessages();
      List<String> read = new ArrayList<>();
      for (int start = 0; start < TWO.length; start += cut) {
        ByteBuffer piece = ByteBuffer.wrap(TWO, start, Math.min(cut, TWO.length - start));
        while (messages.read(piece)) {
          read.add(messages.head().status() + " " + messages.head().closes());
          messages.next();
        }
      }
      assertThat(read).as("cut every %d", cut).containsExactly("200 false", "404 true");
    }
  }

  @Test
  void aBodyWithoutALengthIsBroken() {
    PlainMessages messages = new PlainMessages();
    String answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    assertThat(messages.read(ByteBuffer.wrap(answer.getBytes(US_ASCII)))).isFalse();
    assertThat(messages.broken()).isTrue();
  }

  @Test
  void aHeadWithoutAnEndIsBroken() {
    PlainMessages messages = new PlainMessages();
    assertThat(messages.read(ByteBuffer.allocate(PlainHead.BYTES_MAX + 1))).isFalse();
    assertThat(messages.broken()).isTrue();
  }

  @Test
  void aRequestSaysWhatItAsksFor() {
    PlainHead head = new PlainHead();
    head.read(ByteBuffer.wrap("GET /body/64 HTTP/1.1\r\nhost: a\r\n\r\n".getBytes(US_ASCII)));
    assertThat(head.asks("get")).isTrue();
    assertThat(head.target()).isEqualTo("/body/64");
    assertThat(head.contentLength()).isZero();
  }
}
