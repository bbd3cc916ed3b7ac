import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether the launcher's program really starts from its ahead-of-time cache. A cache that does not
 * fit (another Java, other flags, a newer jar) is ignored without a word; here it ends the run. Run
 * from its source: {@code java CacheCheck.java LAUNCHER}.
 */
final class CacheCheck {
  private static final double CACHED_RATIO_MIN = 0.9;
  private static final String FROM_CACHE = "source: shared objects file";
  private static final String OURS = " dev.streamgauge.proxy.ProxyServer source:";

  public static void main(String[] args) throws Exception {
    long millis;
    int exitCode;
    Path log = Files.createTempFile("streamgauge-classes", ".log");
    try {
      String options = "-XX:AOTMode=on -Xlog:class+load:file=" + log;
      try (DrivenProxy proxy = new DrivenProxy(args[0], options)) {
        millis = proxy.awaitFirstAnswer();
        proxy.drive(4);
        exitCode = proxy.stop();
      }
      report(Files.readAllLines(log), millis, exitCode);
    } finally {
      Files.delete(log);
    }
  }

  private static void report(List<String> lines, long millis, int exitCode) throws IOException {
    List<String> loaded = lines.stream().filter(line -> line.contains(" source: ")).toList();
    long cached = loaded.stream().filter(line -> line.contains(FROM_CACHE)).count();
    boolean oursCached =
        loaded.stream().anyMatch(line -> line.contains(OURS) && line.contains(FROM_CACHE));
    System.out.printf(
        "%d of %d classes from the cache; first proxied 200 after %d ms; exit code %d%n",
        cached, loaded.size(), millis, exitCode);
    if (!oursCached) {
      throw new IOException("the program's own classes did not come from a cache");
    }
    if (cached < CACHED_RATIO_MIN * loaded.size()) {
      throw new IOException("too few classes from the cache (expected: at least 90 %)");
    }
    if (exitCode != 0 && exitCode != 143) {
      throw new IOException("SIGTERM ended with " + exitCode + " (expected: 0 or 143)");
    }
  }
}
