package dev.streamgauge.proxy;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** An authority of its own, what it signs, and both as files in a folder. */
final class TestCertificates {
  private final Path folder;
  final X509Bundle authority;

  TestCertificates(Path folder) throws Exception {
    this.folder = folder;
    this.authority =
        new CertificateBuilder()
            .ecp256()
            .subject("CN=authority")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
  }

  /** Of the host 127.0.0.1 under this name, too. */
  X509Bundle issue(String name) throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=" + name)
        .addSanDnsName(name)
        .addSanIpAddress("127.0.0.1")
        .buildIssuedBy(authority);
  }

  Path authorityFile() throws IOException {
    return Files.writeString(folder.resolve("ca.pem"), authority.getCertificatePEM());
  }

  /** Writes {@code NAME.pem} and {@code NAME.key}. */
  Path write(String name, X509Bundle bundle) throws IOException {
    Files.writeString(folder.resolve(name + ".key"), bundle.getPrivateKeyPEM());
    return Files.writeString(folder.resolve(name + ".pem"), bundle.getCertificatePathPEM());
  }

  /** The options of a listener with a new certificate for localhost. */
  List<String> listenOptions() throws Exception {
    return List.of(
        "--tls-cert", write("listen", issue("localhost")).toString(), "--tls-key", key("listen"));
  }

  String key(String name) {
    return folder.resolve(name + ".key").toString();
  }

  /** Trusts the authority, and shows this one's certificate. */
  SSLContext context(@Nullable X509Bundle own) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      KeyManager[] keys =
          own == null ? new KeyManager[0] : own.toKeyManagerFactory().getKeyManagers();
      context.init(keys, new TrustManager[] {authority.toTrustManager()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** TLS over a connection that is there, as its client. */
  static SSLSocket over(SSLContext context, Socket plain) throws IOException {
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", 443, true);
    tls.startHandshake();
    return tls;
  }

  /** A script that is spoken over TLS; the socket that it gets is the plain one below. */
  static ScriptedUpstream.Script served(SSLContext context, ScriptedUpstream.Script script) {
    return (_, _, plain) -> {
      SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(plain, "client", 443, true);
      tls.setUseClientMode(false);
      try (tls) {
        script.serve(tls.getInputStream(), tls.getOutputStream(), plain);
      }
    };
  }
}
