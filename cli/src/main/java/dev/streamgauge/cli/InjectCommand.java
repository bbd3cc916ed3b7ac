package dev.streamgauge.cli;

import dev.streamgauge.cluster.inject.BadPolicy;
import dev.streamgauge.cluster.inject.Injection;
import dev.streamgauge.cluster.inject.Note;
import dev.streamgauge.cluster.inject.Policy;
import dev.streamgauge.cluster.manifest.BadManifest;
import dev.streamgauge.cluster.manifest.Explanation;
import dev.streamgauge.cluster.manifest.LineDiff;
import dev.streamgauge.cluster.manifest.ManifestInjection;
import dev.streamgauge.cluster.manifest.ManifestInjection.Outcome;
import dev.streamgauge.cluster.manifest.Yaml;
import dev.streamgauge.config.FileFault;
import dev.streamgauge.config.Option;
import dev.streamgauge.config.OptionSet;
import dev.streamgauge.config.Reading;
import dev.streamgauge.config.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** {@code streamgauge inject FILE|-}: what the webhook does to pods, done to manifests. */
final class InjectCommand implements Command {
  /** A character takes four bytes at most. */
  private static final int FILE_BYTES_MAX = 4 * Yaml.CHARACTERS_MAX;

  private static final String STANDARD_INPUT = "-";

  private static final Option<String> POLICY =
      Option.one(
          "policy", new Text("FILE", 4096), null, "The policy, in YAML or JSON, as the chart's");
  private static final Option<Boolean> DIFF =
      Option.flag("diff", "Prints the change alone, as a unified diff");
  private static final Option<Boolean> EXPLAIN =
      Option.flag("explain", "Prints each decision with its reason, and each warning");
  private static final Option<Boolean> RESPECT_SELECTORS =
      Option.flag(
          "respect-selectors",
          "Leaves alone what the webhook would leave alone: pods that do not ask for a sidecar, and"
              + " excluded namespaces. Without it everything that does not say no is injected");
  private static final OptionSet OPTIONS =
      OptionSet.withOperands(List.of(POLICY, DIFF, EXPLAIN, RESPECT_SELECTORS));

  private final InputStream in;

  /** What stands last on standard output so far; of one run. */
  private String printed = "";

  InjectCommand() {
    this(System.in);
  }

  InjectCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public String name() {
    return "inject";
  }

  @Override
  public String summary() {
    return "puts the sidecar into manifests: offline what the webhook does";
  }

  /** Something that was given can't be used; one line. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String line) {
      super(line);
    }
  }

  @Override
  public int run(List<String> args, PrintStream out, PrintStream err) {
    Reading reading = OPTIONS.read(args);
    if (reading.helpAsked()) {
      return help(out);
    }
    if (!reading.problems().isEmpty()) {
      return SettingsReport.print(reading.problems(), err);
    }
    if (reading.operands().isEmpty()) {
      err.println("streamgauge: FILE: missing on the command line (expected: a file, or -)");
      return Main.WRONG_USE;
    }
    try {
      Policy policy = policy(reading);
      int code = Main.OK;
      printed = "";
      for (String file : reading.operands()) {
        code = Math.max(code, inject(file, policy, reading, out, err));
      }
      return code;
    } catch (Unusable e) {
      err.println("streamgauge: " + e.getMessage());
      return Main.WRONG_USE;
    }
  }

  private Policy policy(Reading reading) throws Unusable {
    String file = reading.find(POLICY);
    Policy policy = file == null ? Policy.defaults() : policy(file);
    return reading.get(RESPECT_SELECTORS) ? policy : policy.injectingWhatIsGiven();
  }

  private Policy policy(String file) throws Unusable {
    try {
      return Policy.read(Yaml.read(text(file)));
    } catch (BadManifest e) {
      throw new Unusable(file + ": no policy that can be read: " + e.getMessage());
    } catch (BadPolicy e) {
      throw new Unusable(file + ": " + String.join("\nstreamgauge: " + file + ": ", e.problems()));
    }
  }

  private int inject(String file, Policy policy, Reading reading, PrintStream out, PrintStream err)
      throws Unusable {
    String text = text(file);
    ManifestInjection.Result result;
    try {
      result = ManifestInjection.inject(text, policy);
    } catch (BadManifest e) {
      throw new Unusable(file + ": no YAML or JSON: " + e.getMessage());
    }
    boolean diff = reading.get(DIFF);
    boolean explain = reading.get(EXPLAIN);
    if (explain) {
      result.outcomes().forEach(each -> out.print(each.object() + ": " + Explanation.of(each)));
    } else {
      result.outcomes().forEach(each -> tell(each, err));
    }
    if (diff) {
      out.print(LineDiff.of(file, text, result.text()));
    } else if (!explain) {
      print(result.text(), out);
    }
    boolean refused =
        result.outcomes().stream().anyMatch(o -> o.injection() instanceof Injection.Refused);
    return refused ? Main.FAILED : Main.OK;
  }

  /**
   * Bytes, so that a manifest's characters do not depend on the terminal's encoding. Between two
   * files stands what ends a document of YAML, or the second would be more keys of the first;
   * documents of JSON follow each other as they are.
   */
  private void print(String text, PrintStream out) {
    if (text.isEmpty()) {
      return;
    }
    if (!printed.isEmpty() && !isJson(text)) {
      String line = printed.endsWith("\n") ? "" : "\n";
      String mark = text.startsWith("---") ? "" : "---\n";
      out.writeBytes((line + mark).getBytes(StandardCharsets.UTF_8));
    }
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
    printed = text;
  }

  private static boolean isJson(String text) {
    return text.stripLeading().startsWith("{");
  }

  /** What nobody asked for stays unsaid; what was asked for and not done, and warnings, do not. */
  private static void tell(Outcome outcome, PrintStream err) {
    String start = "streamgauge: " + outcome.object() + ": ";
    switch (outcome.injection()) {
      case Injection.Injected injected -> {
        for (Note note : injected.warnings()) {
          err.println(start + note.message());
        }
        if (outcome.rewritten()) {
          err.println(start + "written anew without its comments: an anchor shares what changes");
        }
      }
      case Injection.Skipped skipped -> err.println(start + "left alone: " + skipped.message());
      case Injection.Refused refused -> err.println(start + "not injected: " + refused.message());
    }
  }

  private String text(String file) throws Unusable {
    try {
      byte[] bytes = bytes(file);
      if (bytes.length > FILE_BYTES_MAX) {
        throw new Unusable(file + ": more than " + FILE_BYTES_MAX + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      // with another character in the place of each that is none the manifest would be another
      throw new Unusable(file + ": not in UTF-8");
    } catch (IOException e) {
      throw new Unusable(file + ": can't be read: " + FileFault.text(e));
    } catch (InvalidPathException e) {
      throw new Unusable(file + ": no name of a file");
    }
  }

  private byte[] bytes(String file) throws IOException {
    if (file.equals(STANDARD_INPUT)) {
      return in.readNBytes(FILE_BYTES_MAX + 1);
    }
    try (InputStream content = Files.newInputStream(Path.of(file))) {
      return content.readNBytes(FILE_BYTES_MAX + 1);
    }
  }

  private static int help(PrintStream out) {
    out.print(
        """
        Usage: streamgauge inject FILE|- [FILE...] [OPTION...]

        Prints the manifests with the sidecar in their pods: Pods, Deployments, StatefulSets,
        DaemonSets, ReplicaSets, Jobs, CronJobs, LeaderWorkerSets and Lists of them, in YAML of
        any number of documents, or in JSON. All else passes unchanged, comments too. Warnings,
        and what could not be injected, are told on standard error. Exit code 1 where a pod could
        not be injected, 2 where a file can't be read.

        """);
    out.print(OPTIONS.help());
    return Main.OK;
  }
}
