package dev.streamgauge.cluster.webhook;

import dev.streamgauge.cluster.webhook.WebhookServer.Answer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** A client that trusts what it is told, as the API server does; a connection for each request. */
final class TlsClient {
  private final InetSocketAddress address;

  TlsClient(InetSocketAddress address) {
    this.address = address;
  }

  int port() {
    return address.getPort();
  }

  static SSLContext trusting(List<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (X509Certificate each : authorities) {
      store.setCertificateEntry("ca-" + store.size(), each);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    return context;
  }

  Answer post(List<X509Certificate> trusted, String path, String type, byte[] body)
      throws GeneralSecurityException, IOException, InterruptedException {
    return send(
        trusted, request(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)));
  }

  Answer get(List<X509Certificate> trusted, String path)
      throws GeneralSecurityException, IOException, InterruptedException {
    return send(trusted, request(path).GET());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("https://localhost:" + address.getPort() + path));
  }

  private static Answer send(List<X509Certificate> trusted, HttpRequest.Builder request)
      throws GeneralSecurityException, IOException, InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(trusting(trusted))
            .sslParameters(new SSLParameters())
            .build()) {
      HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), answer.body());
    }
  }
}
