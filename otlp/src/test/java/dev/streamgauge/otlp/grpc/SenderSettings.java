package dev.streamgauge.otlp.grpc;

import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** What the SDK would tell a sender. */
record SenderSettings(URI endpoint, Duration timeout, Duration pause, @Nullable SSLContext tls)
    implements GrpcSenderConfig {
  static final int TRIES = 4;
  static final int ANSWER_BYTES_MAX = 1024;
  static final int SLOW_SECONDS = 30;
  private static final Duration QUICK = Duration.ofMillis(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  static SenderSettings of(int port) {
    return of(port, PATIENCE);
  }

  static SenderSettings of(int port, Duration timeout) {
    return new SenderSettings(plain(port), timeout, QUICK, null);
  }

  static SenderSettings slowToTryAgain(int port, Duration timeout) {
    return new SenderSettings(plain(port), timeout, Duration.ofSeconds(SLOW_SECONDS), null);
  }

  static SenderSettings secure(int port, SSLContext tls) {
    return new SenderSettings(URI.create("https://127.0.0.1:" + port), PATIENCE, QUICK, tls);
  }

  private static URI plain(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public URI getEndpoint() {
    return endpoint;
  }

  @Override
  public String getFullMethodName() {
    return "x.TraceService/Export";
  }

  @Override
  public @Nullable Compressor getCompressor() {
    return null;
  }

  @Override
  public Duration getTimeout() {
    return timeout;
  }

  @Override
  public Duration getConnectTimeout() {
    return PATIENCE;
  }

  @Override
  public Supplier<Map<String, List<String>>> getHeadersSupplier() {
    return () -> Map.of("X-Tenant", List.of("a"));
  }

  @Override
  public RetryPolicy getRetryPolicy() {
    return RetryPolicy.builder()
        .setMaxAttempts(TRIES)
        .setInitialBackoff(pause)
        .setMaxBackoff(pause)
        .build();
  }

  @Override
  public @Nullable SSLContext getSslContext() {
    return tls;
  }

  @Override
  public @Nullable X509TrustManager getTrustManager() {
    return null;
  }

  @Override
  public @Nullable ExecutorService getExecutorService() {
    return null;
  }

  @Override
  public long getMaxResponseBodySize() {
    return ANSWER_BYTES_MAX;
  }
}
