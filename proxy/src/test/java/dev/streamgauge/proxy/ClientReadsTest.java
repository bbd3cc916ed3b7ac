package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ClientReadsTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ClientReads reads = new ClientReads();
  private final ClientReads.Sized sized = reads.newHandle();

  ClientReadsTest() {
    channel.config().setRecvByteBufAllocator(reads);
    sized.reset(channel.config());
  }

  /** What the next reads would take, after reads that fill what they may. */
  private List<Integer> full(int times) {
    return IntStream.range(0, times)
        .map(
            _ -> {
              int size = sized.guess();
              read(size);
              return size;
            })
        .boxed()
        .toList();
  }

  private void read(int bytes) {
    sized.attemptedBytesRead(sized.guess());
    sized.lastBytesRead(bytes);
  }

  @Test
  void readsGrowWithABodyAndShrinkBehindIt() {
    assertThat(full(5)).containsExactly(2_048, 8_192, 32_768, 65_536, 65_536);
    read(100);
    assertThat(sized.guess()).isEqualTo(32_768);
    IntStream.range(0, 10).forEach(_ -> read(100));
    assertThat(sized.guess()).isEqualTo(ClientReads.FIRST_BYTES);
  }

  @Test
  void aConnectionOfHttp2IsReadInSmallReadsFromTheNextOneOn() {
    var _ = full(5);
    ClientReads.ofFrames(channel);
    assertThat(full(2)).containsExactly(16_384, 16_384);
  }

  @Test
  void whereFramesAreSmallTheNextReadOfHttp2Is() {
    ClientReads.ofFrames(channel);
    var _ = full(5);
    ClientReads.framesRead(channel, 129, 16_384);
    assertThat(full(2)).containsExactly(ClientReads.FIRST_BYTES, ClientReads.FIRST_BYTES);
    ClientReads.framesRead(channel, 16, ClientReads.FIRST_BYTES);
    assertThat(sized.guess()).isEqualTo(ClientReads.FRAMES_BYTES);
  }

  @Test
  void oneReadIsATurnOfHttp2() {
    ClientReads.ofFrames(channel);
    sized.reset(channel.config());
    sized.incMessagesRead(1);
    sized.attemptedBytesRead(sized.guess());
    sized.lastBytesRead(sized.guess());
    assertThat(sized.continueReading()).isFalse();
  }
}
