package dev.streamgauge.cluster.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.streamgauge.config.keys.PrivateKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
  private static final String CONTEXT =
      """
      current-context: here
      contexts:
      - {name: there, context: {cluster: x, user: y}}
      - {name: here, context: {cluster: c, user: u, namespace: prod}}
      clusters:
      - {name: c, cluster: {server: "https://127.0.0.1:6443"}}
      users:
      """;

  @TempDir Path folder;

  @Test
  void aTokenIsReadFromItsFileEachTime() throws IOException {
    Files.writeString(folder.resolve("token"), "first\n");
    Endpoint endpoint = read("- {name: u, user: {tokenFile: token}}");
    assertThat(endpoint.server()).hasToString("https://127.0.0.1:6443");
    assertThat(endpoint.namespace()).isEqualTo("prod");
    assertThat(endpoint.token().token()).isEqualTo("first");
    Files.writeString(folder.resolve("token"), "second");
    assertThat(endpoint.token().token()).isEqualTo("second");
  }

  @Test
  void whatWouldStartAProgramOrTrustAnybodyIsRefusedByName() {
    assertThatThrownBy(() -> read("- {name: u, user: {exec: {command: aws}}}"))
        .hasMessageContaining("exec is not supported");
    assertThatThrownBy(() -> read("- {name: u, user: {username: a, password: b}}"))
        .hasMessageContaining("username is not supported");
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatThrownBy(() -> read("- {name: other, user: {}}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("users: there is no \"u\"");
    assertThatThrownBy(() -> Kubeconfig.read(folder.resolve("nothing")))
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> write("[1"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not YAML");
  }

  /**
   * PKCS#8 of a key that the JDK wrote; openssl's older form is what stands inside, and its curve.
   */
  @Test
  void anEcKeyInOpensslsOlderFormIsWrapped() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    byte[] number = number(pair.getPrivate().getEncoded());
    HexFormat hex = HexFormat.of();
    byte[] sec1 =
        hex.parseHex("30310201010420" + hex.formatHex(number) + "a00a06082a8648ce3d030107");
    byte[] wrapped = PrivateKeys.pkcs8("EC PRIVATE KEY", sec1);
    PrivateKey read =
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(wrapped));
    assertThat(((ECPrivateKey) read).getS()).isEqualTo(((ECPrivateKey) pair.getPrivate()).getS());
    assertThat(((ECPrivateKey) read).getParams().getOrder())
        .isEqualTo(((ECPrivateKey) pair.getPrivate()).getParams().getOrder());
  }

  /** The 32 bytes behind the tag 04 20. */
  private static byte[] number(byte[] pkcs8) {
    for (int i = 0; i <= pkcs8.length - 34; i++) {
      if (pkcs8[i] == 4 && pkcs8[i + 1] == 32) {
        return Arrays.copyOfRange(pkcs8, i + 2, i + 34);
      }
    }
    throw new AssertionError("no number in it");
  }

  private Endpoint read(String users) throws IOException {
    return write(CONTEXT + users);
  }

  private Endpoint write(String text) throws IOException {
    Path file = folder.resolve("kubeconfig");
    Files.writeString(file, text);
    return Kubeconfig.read(file);
  }
}
