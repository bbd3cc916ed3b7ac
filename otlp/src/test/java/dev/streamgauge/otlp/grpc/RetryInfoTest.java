package dev.streamgauge.otlp.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryInfoTest {
  private static final String RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

  @Test
  void theDelayIsFoundAmongOtherDetails() {
    assertThat(RetryInfo.delay(details(Duration.ofMillis(2500))))
        .isEqualTo(Duration.ofMillis(2500));
  }

  @Test
  void oneWithoutADelaySaysThatItMayBeTriedAgain() {
    assertThat(RetryInfo.delay(status(any(RETRY_INFO, new byte[0])))).isEqualTo(Duration.ZERO);
  }

  @Test
  void aDelayIsNeitherNegativeNorLongerThanADay() {
    byte[] negative = message(1, varint(1, -5));
    assertThat(RetryInfo.delay(status(any(RETRY_INFO, negative)))).isEqualTo(Duration.ZERO);
    byte[] endless = message(1, varint(1, Long.MAX_VALUE));
    assertThat(RetryInfo.delay(status(any(RETRY_INFO, endless)))).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void otherDetailsSayNothing() {
    assertThat(RetryInfo.delay(null)).isNull();
    assertThat(RetryInfo.delay("")).isNull();
    assertThat(RetryInfo.delay("no base64!")).isNull();
    assertThat(RetryInfo.delay(status(any("type.googleapis.com/google.rpc.Help", new byte[3]))))
        .isNull();
  }

  /** Whoever answers may send anything. */
  @Test
  void whatIsDamagedIsReadToAnEnd() {
    byte[] whole = Base64.getDecoder().decode(details(Duration.ofSeconds(1)));
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length + 4));
      for (int hit = random.nextInt(4); hit > 0 && damaged.length > 0; hit--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Duration delay = RetryInfo.delay(Base64.getEncoder().encodeToString(damaged));
      assertThat(delay == null || !delay.isNegative()).isTrue();
    }
  }

  /** A status with a help text and this delay. */
  static String details(Duration delay) {
    byte[] duration = join(varint(1, delay.toSeconds()), varint(2, delay.toNanosPart()));
    return status(
        any("type.googleapis.com/google.rpc.Help", message(1, new byte[] {8, 1})),
        any(RETRY_INFO, message(1, duration)));
  }

  private static String status(byte[]... details) {
    byte[] status = join(varint(1, 14), message(2, "later".getBytes(StandardCharsets.UTF_8)));
    for (byte[] detail : details) {
      status = join(status, message(3, detail));
    }
    return Base64.getEncoder().withoutPadding().encodeToString(status);
  }

  private static byte[] any(String type, byte[] value) {
    return join(message(1, type.getBytes(StandardCharsets.UTF_8)), message(2, value));
  }

  private static byte[] message(int field, byte[] content) {
    return join(new byte[] {(byte) ((field << 3) | 2), (byte) content.length}, content);
  }

  private static byte[] varint(int field, long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(field << 3);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
