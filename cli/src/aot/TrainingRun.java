import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the ahead-of-time cache from a driven proxy. Run from its source: {@code java
 * TrainingRun.java LAUNCHER CACHE}.
 */
final class TrainingRun {
  private static final int REQUESTS = 40;

  /** What cannot be kept (a logger that is not there) is named at length: not news. */
  private static final String QUIET = "-Xlog:aot=error:stderr ";

  /** Classes alone: profiles and stubs made no start or request cheaper, and all of it is resident. */
  private static final String PARTS =
      "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:-AOTReplayTraining"
          + " -XX:-AOTAdapterCaching -XX:-AOTStubCaching ";

  public static void main(String[] args) throws Exception {
    Path cache = Path.of(args[1]).toAbsolutePath();
    Files.deleteIfExists(cache); // else the launcher would use it
    String options = QUIET + PARTS + "-XX:AOTCacheOutput=" + cache;
    int exitCode;
    try (DrivenProxy proxy = new DrivenProxy(args[0], options)) {
      proxy.awaitFirstAnswer();
      proxy.drive(REQUESTS);
      exitCode = proxy.stop();
    }
    if (!Files.exists(cache)) {
      System.err.println("no cache was written: exit code " + exitCode);
      System.exit(1);
    }
    System.err.println("wrote " + args[1] + ", " + Files.size(cache) / 1024 / 1024 + " MiB");
  }
}
