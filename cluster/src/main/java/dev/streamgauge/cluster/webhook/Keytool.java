package dev.streamgauge.cluster.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes certificates with the JDK's {@code keytool}, in a process of its own (adr/0021): the JDK
 * has no other public way to sign one. Keys are EC on P-256. The key store that it works on lies in
 * a folder of its own below {@code java.io.tmpdir}, readable by this user alone, for as long as the
 * call takes.
 */
final class Keytool {
  /** Clocks of API servers may be behind ours: a certificate is valid for longer than it exists. */
  static final Duration BACKDATED = Duration.ofHours(1);

  private static final long TIMEOUT_SECONDS = 60;
  private static final int OUTPUT_BYTES_MAX = 4096;

  /** Of a subject's common name (RFC 5280 appendix A.1). */
  private static final int COMMON_NAME_LENGTH_MAX = 64;

  private static final String PASSWORD = "STREAMGAUGE_KEYTOOL_PASSWORD";
  private static final String AUTHORITY = "authority";
  private static final String SERVING = "serving";

  private final Path program;
  private final SecureRandom random = new SecureRandom();

  /**
   * Makes nothing yet.
   *
   * @param program the tool, of the Java that runs us: {@code bin/keytool} of its home
   */
  Keytool(Path program) {
    this.program = program;
  }

  private record Made(PrivateKey key, X509Certificate certificate) {}

  /** One that signs certificates of servers, and no further authorities. */
  Authority authority(String name, int validDays) throws IOException {
    Made made =
        make(
            null,
            AUTHORITY,
            List.of(
                "-dname",
                "CN=" + commonName(name),
                "-ext",
                "bc:critical=ca:true,pathlen:0",
                "-ext",
                "ku:critical=keyCertSign,cRLSign",
                "-validity",
                Integer.toString(validDays)));
    return new Authority(made.key(), made.certificate());
  }

  /**
   * A server's certificate.
   *
   * @param names the DNS names that it bears, the first one as its subject, too
   */
  ServingIdentity serving(Authority authority, List<String> names, int validDays)
      throws IOException {
    String alternatives =
        names.stream().map(name -> "dns:" + name).collect(Collectors.joining(","));
    Made made =
        make(
            authority,
            SERVING,
            List.of(
                "-signer",
                AUTHORITY,
                "-dname",
                "CN=" + commonName(names.getFirst()),
                "-ext",
                "san=" + alternatives,
                "-ext",
                "ku:critical=digitalSignature",
                "-ext",
                "eku=serverAuth",
                "-validity",
                Integer.toString(validDays)));
    return new ServingIdentity(made.key(), List.of(made.certificate()));
  }

  /** The name of a subject; where it is too long for one another does, for nobody looks at it. */
  private static String commonName(String name) {
    return name.length() <= COMMON_NAME_LENGTH_MAX ? name : "streamgauge";
  }

  private Made make(@Nullable Authority signer, String alias, List<String> arguments)
      throws IOException {
    String password = new BigInteger(128, random).toString(36) + "streamgauge";
    Path folder = Files.createTempDirectory("streamgauge-keytool");
    Path file = folder.resolve("keys.p12");
    try {
      if (signer != null) {
        write(file, signer, password);
      }
      run(file, password, alias, arguments);
      return read(file, password, alias);
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool: its key store cannot be used: " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private static void write(Path file, Authority signer, String password)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Certificate[] chain = {signer.certificate()};
    store.setKeyEntry(AUTHORITY, signer.key(), password.toCharArray(), chain);
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, password.toCharArray());
    }
  }

  private static Made read(Path file, String password, String alias)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, password.toCharArray());
    }
    if (store.getKey(alias, password.toCharArray()) instanceof PrivateKey key
        && store.getCertificate(alias) instanceof X509Certificate certificate) {
      return new Made(key, certificate);
    }
    throw new IOException("keytool: it made no key");
  }

  private void run(Path file, String password, String alias, List<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "-J-Xmx24m",
                "-J-XX:+UseSerialGC",
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass:env",
                PASSWORD,
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-sigalg",
                "SHA256withECDSA",
                "-startdate",
                "-" + BACKDATED.toHours() + "H"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put(PASSWORD, password);
    finish(builder.start());
  }

  private static void finish(Process process) throws IOException {
    try {
      process.getOutputStream().close();
      byte[] said = process.getInputStream().readNBytes(OUTPUT_BYTES_MAX);
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("keytool: not done within " + TIMEOUT_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        String text = new String(said, StandardCharsets.UTF_8).strip().replaceAll("\\s+", " ");
        throw new IOException("keytool: exit code " + process.exitValue() + ": " + text);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("keytool: interrupted", e);
    }
  }
}
