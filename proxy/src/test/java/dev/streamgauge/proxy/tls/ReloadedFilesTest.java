package dev.streamgauge.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.config.TlsOptions;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReloadedFilesTest {
  @TempDir private Path folder;

  private NamedFile certificate() {
    return new NamedFile(TlsOptions.CERT, folder.resolve("c.pem"));
  }

  private NamedFile key() {
    return new NamedFile(TlsOptions.KEY, folder.resolve("k.pem"));
  }

  private void write(X509Bundle bundle, String keyPem) throws IOException {
    Files.writeString(certificate().path(), bundle.getCertificatePathPEM());
    Files.writeString(key().path(), keyPem);
  }

  private Identity identity() throws UnusableFile {
    return Identity.read(certificate(), key());
  }

  private static X509Bundle elliptic() throws Exception {
    return new CertificateBuilder()
        .ecp256()
        .subject("CN=a")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private static String pem(String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "some words\n-----BEGIN "
        + label
        + "-----\n"
        + base64
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** A PKCS#8 key ends with the older form, in an OCTET STRING whose length has two bytes. */
  private static byte[] olderForm(byte[] pkcs8, int headBytes) {
    return Arrays.copyOfRange(pkcs8, headBytes, pkcs8.length);
  }

  @Test
  void keysInEachFormAreRead() throws Exception {
    X509Bundle rsa =
        new CertificateBuilder()
            .rsa2048()
            .subject("CN=a")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    byte[] pkcs8 = rsa.getKeyPair().getPrivate().getEncoded();
    write(rsa, rsa.getPrivateKeyPEM());
    assertThatCode(this::identity).doesNotThrowAnyException();
    // SEQUENCE (4), INTEGER (3), AlgorithmIdentifier (15), OCTET STRING (4)
    write(rsa, pem("RSA PRIVATE KEY", olderForm(pkcs8, 26)));
    assertThat(identity().key()).isEqualTo(rsa.getKeyPair().getPrivate());
  }

  /** As openssl ecparam -genkey writes it, the curve before it and within it. */
  @Test
  void anEllipticKeyInSec1IsReadWithTheCurveThatItNames() throws Exception {
    X509Bundle bundle = elliptic();
    byte[] pkcs8 = bundle.getKeyPair().getPrivate().getEncoded();
    int d = indexOf(pkcs8, new byte[] {2, 1, 1, 4, 32}) + 5;
    byte[] named = new byte[51];
    System.arraycopy(new byte[] {0x30, 49, 2, 1, 1, 4, 32}, 0, named, 0, 7);
    System.arraycopy(pkcs8, d, named, 7, 32);
    byte[] prime256v1 = {
      (byte) 0xA0, 10, 6, 8, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 3, 1, 7
    };
    System.arraycopy(prime256v1, 0, named, 39, 12);
    String parameters = pem("EC PARAMETERS", Arrays.copyOfRange(prime256v1, 2, 12));
    write(bundle, parameters + pem("EC PRIVATE KEY", named));
    assertThat(((ECPrivateKey) identity().key()).getS())
        .isEqualTo(((ECPrivateKey) bundle.getKeyPair().getPrivate()).getS());
  }

  private static int indexOf(byte[] all, byte[] part) {
    for (int i = 0; i + part.length <= all.length; i++) {
      if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
        return i;
      }
    }
    throw new AssertionError("not there");
  }

  @Test
  void whatIsWrongWithAFileIsSaidInWords() throws Exception {
    X509Bundle one = elliptic();
    write(one, elliptic().getPrivateKeyPEM());
    refused("its key is not that of the certificate");
    write(one, pem("ENCRYPTED PRIVATE KEY", new byte[] {1}));
    refused("its key is encrypted");
    write(one, pem("EC PRIVATE KEY", new byte[] {0x30, 1}));
    refused("its key is of a form that is not known");
    write(one, pem("PRIVATE KEY", new byte[] {0x30, 0}));
    refused("its key cannot be read");
    write(one, "nothing");
    refused("it has no private key in PEM");
    write(one, "-----BEGIN PRIVATE KEY-----\n");
    refused("has no end");
    Files.delete(key().path());
    refused("there is no such file");
  }

  /** Each belongs to its certificate, both made by openssl; the JDK's TLS can't sign with it. */
  @ParameterizedTest
  @ValueSource(strings = {"secp256k1.pem", "rsassa-pss.pem"})
  void aKeyOfAKindThatIsNotSupportedIsSaidToBeThat(String both) throws Exception {
    try (InputStream file = ReloadedFilesTest.class.getResourceAsStream(both)) {
      byte[] bytes = Objects.requireNonNull(file).readAllBytes();
      Files.write(certificate().path(), bytes);
      Files.write(key().path(), bytes);
    }
    refused("its key is of a kind that is not supported (expected: RSA, ");
  }

  private void refused(String why) {
    assertThatThrownBy(this::identity).isInstanceOf(UnusableFile.class).hasMessageContaining(why);
  }

  @Test
  void aBadPairIsToldOnceAndTheOldOneStays() throws Exception {
    X509Bundle first = elliptic();
    write(first, first.getPrivateKeyPEM());
    Reloaded<Identity> reloaded = new Reloaded<>(List.of(certificate(), key()), this::identity);
    List<String> log = new ArrayList<>();
    reloaded.look(log::add);
    assertThat(log).isEmpty();
    write(first, "of another length");
    reloaded.look(log::add);
    reloaded.look(log::add);
    assertThat(log)
        .singleElement()
        .asString()
        .contains("tls-key", "no private key", "what was read before stays in use");
    assertThat(reloaded.current().chain()).containsExactly(first.getCertificate());
    X509Bundle next = elliptic();
    write(next, next.getPrivateKeyPEM());
    reloaded.look(log::add);
    assertThat(reloaded.current().chain()).containsExactly(next.getCertificate());
    assertThat(log).hasSize(2);
  }
}
