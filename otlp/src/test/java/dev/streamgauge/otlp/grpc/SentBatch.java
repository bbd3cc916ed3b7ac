package dev.streamgauge.otlp.grpc;

import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** The message of all tests of the sender. */
final class SentBatch implements MessageWriter {
  private static final byte[] BATCH = "batch".getBytes(StandardCharsets.UTF_8);

  private SentBatch() {}

  /** Sends it, and waits for how that ends. */
  static GrpcResponse by(NettyGrpcSender sender) {
    CompletableFuture<GrpcResponse> answer = new CompletableFuture<>();
    sender.send(new SentBatch(), answer::complete, answer::completeExceptionally);
    return answer.join();
  }

  @Override
  public void writeMessage(OutputStream output) throws IOException {
    output.write(BATCH);
  }

  @Override
  public int getContentLength() {
    return BATCH.length;
  }
}
