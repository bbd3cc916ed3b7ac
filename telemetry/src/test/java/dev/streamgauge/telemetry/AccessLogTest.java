package dev.streamgauge.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.telemetry.TelemetrySettings.AccessLogging;
import dev.streamgauge.telemetry.TelemetrySettings.Target;
import dev.streamgauge.timeline.Outcome;
import dev.streamgauge.timeline.RequestRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class AccessLogTest {
  private static final AccessLogging SETTINGS = AccessLogging.defaults();

  private final RequestRecord ok = Records.streamed().record();
  private final RequestRecord failed = Records.streamed().outcome(Outcome.UPSTREAM_RESET).record();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void eachRecordIsOneLineWhoeverOffersIt() throws InterruptedException {
    AccessLog log = new AccessLog(SETTINGS.withRingSize(1 << 15), out);
    Thread[] offering = new Thread[4];
    for (int i = 0; i < offering.length; i++) {
      offering[i] = Thread.ofPlatform().start(() -> offer(log, ok, 5_000));
    }
    for (Thread thread : offering) {
      thread.join();
    }
    // On a slow day writing them takes longer than a close waits.
    while (out.toString(UTF_8).lines().count() < 20_000 - log.dropped()) {
      LockSupport.parkNanos(10_000_000);
    }
    log.close();

    assertThat(out.toString(UTF_8).lines().count()).isEqualTo(20_000);
    assertThat(log.dropped()).isZero();
  }

  @Test
  void onlySuccessesAreSampled() {
    AccessLog log = new AccessLog(SETTINGS.withSampleRatio(0), out);
    offer(log, ok, 10);
    offer(log, failed, 10);
    log.close();

    assertThat(out.toString(UTF_8).lines().count()).isEqualTo(10);
    assertThat(log.dropped()).isZero();
  }

  @Test
  void switchedOffItWritesAndDropsNothing() {
    AccessLog log = new AccessLog(SETTINGS.withTarget(new Target.Off()), out);
    assertThat(log.offer(ok)).isTrue();
    log.close();

    assertThat(out.size()).isZero();
    assertThat(log.dropped()).isZero();
  }

  @Test
  void anOutputThatNobodyReadsKeepsNobodyWaitingAndEachDropIsCounted() throws IOException {
    Pipe pipe = Pipe.open();
    AccessLog log =
        new AccessLog(SETTINGS.withRingSize(1024), Channels.newOutputStream(pipe.sink()));
    int refused = offer(log, ok, 20_000);
    assertThat(refused).isPositive();
    assertThat(log.dropped()).isEqualTo(refused);

    log.close();
    assertThat(log.dropped()).isGreaterThan(refused);
    assertThat(log.offer(ok)).isFalse();
    pipe.source().close();
  }

  @Test
  void whatAClosedOutputDoesNotTakeIsCounted() {
    AccessLog log = new AccessLog(SETTINGS, new ClosedOutput());
    offer(log, ok, 100);
    log.close();

    assertThat(log.dropped()).isEqualTo(100);
  }

  @Test
  void aFileIsAppendedToAndOpenedAnewWhenItWasMoved(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("access.log");
    LogTarget target = LogTarget.file(file);
    target.write(new byte[] {'a', '\n'}, 2);
    Files.move(file, folder.resolve("access.log.1"));
    target.write(new byte[] {'b', '\n'}, 2);
    target.close();
    AccessLog log = new AccessLog(SETTINGS.withTarget(new Target.File(file)), out);
    log.offer(ok);
    log.close();

    assertThat(folder.resolve("access.log.1")).hasContent("a");
    assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("b");
  }

  private static int offer(AccessLog log, RequestRecord record, int times) {
    int refused = 0;
    for (int i = 0; i < times; i++) {
      refused += log.offer(record) ? 0 : 1;
    }
    return refused;
  }

  private static final class ClosedOutput extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("Broken pipe");
    }
  }
}
