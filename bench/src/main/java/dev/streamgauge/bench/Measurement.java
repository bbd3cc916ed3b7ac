package dev.streamgauge.bench;

import dev.streamgauge.bench.result.HtmlPage;
import dev.streamgauge.bench.result.JsonFile;
import dev.streamgauge.bench.result.Markdown;
import dev.streamgauge.bench.result.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** One command of the bench: a table on the terminal, a file of JSON and a page. */
abstract class Measurement implements Callable<Integer> {
  @Mixin BenchOptions options = new BenchOptions();

  /** Measures; the load is on its processor already. */
  abstract Section measure() throws IOException, InterruptedException;

  /** Fewer and shorter rounds: whether it works, in seconds. */
  abstract void makeQuick();

  @Override
  public final Integer call() throws IOException, InterruptedException {
    options.pinLoad();
    Machine before = Machine.read(options);
    Section section = measure();
    Map<String, String> facts = before.facts();
    System.out.println(Markdown.of(section));
    JsonFile.write(section, facts, options.results().resolve(section.key() + ".json"));
    Path page = options.results().resolve(section.key() + ".html");
    Files.writeString(page, new HtmlPage(List.of(section), facts, options.programs()).text());
    System.err.println("written: " + page);
    return 0;
  }
}
