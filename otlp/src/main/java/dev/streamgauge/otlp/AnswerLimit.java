package dev.streamgauge.otlp;

import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Finds the senders of the SDK's exporters, and has them read no more than {@link
 * #ANSWER_BYTES_MAX} of an answer. The SDK's own limit is 4 MiB for each signal, and it holds an
 * answer up to three times: more than our whole heap has room for, so that an endpoint that is no
 * collector could end the process. An answer of OTLP has some bytes, or an error's text.
 */
final class AnswerLimit implements ComponentLoader {
  static final long ANSWER_BYTES_MAX = 64 * 1024;

  private final ComponentLoader sdk;

  AnswerLimit() {
    this(ComponentLoader.forClassLoader(AnswerLimit.class.getClassLoader()));
  }

  AnswerLimit(ComponentLoader sdk) {
    this.sdk = sdk;
  }

  @Override
  public <T> Iterable<T> load(Class<T> kind) {
    List<T> limited = new ArrayList<>();
    for (T provider : sdk.load(kind)) {
      limited.add(
          switch (provider) {
            case HttpSenderProvider http -> kind.cast(new Http(http));
            case GrpcSenderProvider grpc -> kind.cast(new Grpc(grpc));
            default -> provider;
          });
    }
    return limited;
  }

  private record Http(HttpSenderProvider senders) implements HttpSenderProvider {
    @Override
    public HttpSender createSender(HttpSenderConfig config) {
      return senders.createSender(new HttpConfig(config));
    }
  }

  private record Grpc(GrpcSenderProvider senders) implements GrpcSenderProvider {
    @Override
    public GrpcSender createSender(GrpcSenderConfig config) {
      return senders.createSender(new GrpcConfig(config));
    }
  }

  /** The same but for the limit. */
  private record HttpConfig(HttpSenderConfig config) implements HttpSenderConfig {
    @Override
    public long getMaxResponseBodySize() {
      return Math.min(ANSWER_BYTES_MAX, config.getMaxResponseBodySize());
    }

    @Override
    public URI getEndpoint() {
      return config.getEndpoint();
    }

    @Override
    public String getContentType() {
      return config.getContentType();
    }

    @Override
    public @Nullable Compressor getCompressor() {
      return config.getCompressor();
    }

    @Override
    public Duration getTimeout() {
      return config.getTimeout();
    }

    @Override
    public Duration getConnectTimeout() {
      return config.getConnectTimeout();
    }

    @Override
    public Supplier<Map<String, List<String>>> getHeadersSupplier() {
      return config.getHeadersSupplier();
    }

    @Override
    public @Nullable ProxyOptions getProxyOptions() {
      return config.getProxyOptions();
    }

    @Override
    public @Nullable RetryPolicy getRetryPolicy() {
      return config.getRetryPolicy();
    }

    @Override
    public @Nullable SSLContext getSslContext() {
      return config.getSslContext();
    }

    @Override
    public @Nullable X509TrustManager getTrustManager() {
      return config.getTrustManager();
    }

    @Override
    public @Nullable ExecutorService getExecutorService() {
      return config.getExecutorService();
    }

    @Override
    public @Nullable List<String> getEnabledProtocols() {
      return config.getEnabledProtocols();
    }
  }

  /** The same but for the limit. */
  private record GrpcConfig(GrpcSenderConfig config) implements GrpcSenderConfig {
    @Override
    public long getMaxResponseBodySize() {
      return Math.min(ANSWER_BYTES_MAX, config.getMaxResponseBodySize());
    }

    @Override
    public URI getEndpoint() {
      return config.getEndpoint();
    }

    @Override
    public String getFullMethodName() {
      return config.getFullMethodName();
    }

    @Override
    public @Nullable Compressor getCompressor() {
      return config.getCompressor();
    }

    @Override
    public Duration getTimeout() {
      return config.getTimeout();
    }

    @Override
    public Duration getConnectTimeout() {
      return config.getConnectTimeout();
    }

    @Override
    public Supplier<Map<String, List<String>>> getHeadersSupplier() {
      return config.getHeadersSupplier();
    }

    @Override
    public @Nullable RetryPolicy getRetryPolicy() {
      return config.getRetryPolicy();
    }

    @Override
    public @Nullable SSLContext getSslContext() {
      return config.getSslContext();
    }

    @Override
    public @Nullable X509TrustManager getTrustManager() {
      return config.getTrustManager();
    }

    @Override
    public @Nullable ExecutorService getExecutorService() {
      return config.getExecutorService();
    }

    @Override
    public @Nullable List<String> getEnabledProtocols() {
      return config.getEnabledProtocols();
    }
  }
}
