package dev.streamgauge.otlp.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CollectorTlsTest {
  @Test
  void aCollectorThatIsTrustedIsSentTo() throws Exception {
    X509Bundle certificate = of("localhost", true);
    assertThat(send(certificate, certificate).getStatusCode()).isEqualTo(GrpcStatusCode.OK);
  }

  @Test
  void oneOfAnotherAuthorityIsNot() throws Exception {
    GrpcResponse answer = send(of("localhost", true), of("localhost", true));
    assertThat(answer.getStatusCode()).isEqualTo(GrpcStatusCode.UNAVAILABLE);
  }

  @Test
  void norOneOfAnotherName() throws Exception {
    X509Bundle certificate = of("elsewhere", false);
    assertThat(send(certificate, certificate).getStatusCode())
        .isEqualTo(GrpcStatusCode.UNAVAILABLE);
  }

  private static GrpcResponse send(X509Bundle shown, X509Bundle trusted) throws Exception {
    SSLContext client = SSLContext.getInstance("TLS");
    client.init(null, new TrustManager[] {trusted.toTrustManager()}, null);
    try (FakeCollector collector = new FakeCollector(server(shown))) {
      return SentBatch.by(new NettyGrpcSender(SenderSettings.secure(collector.port(), client)));
    }
  }

  private static X509Bundle of(String name, boolean byAddress) throws Exception {
    CertificateBuilder builder =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=" + name)
            .addSanDnsName(name)
            .setIsCertificateAuthority(true);
    return (byAddress ? builder.addSanIpAddress("127.0.0.1") : builder).buildSelfSigned();
  }

  private static SslContext server(X509Bundle certificate) throws Exception {
    return SslContextBuilder.forServer(certificate.toKeyManagerFactory())
        .sslProvider(SslProvider.JDK)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                "h2"))
        .build();
  }
}
