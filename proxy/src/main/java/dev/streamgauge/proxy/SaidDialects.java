package dev.streamgauge.proxy;

import dev.streamgauge.config.ProxySettings;
import dev.streamgauge.config.ProxySettings.DialectChoice;
import dev.streamgauge.config.ProxySettings.PathDialect;
import dev.streamgauge.parser.Dialect;
import dev.streamgauge.parser.Operation;
import dev.streamgauge.parser.RequestReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the settings say of dialects: of one path, which then counts as that dialect's operation, or
 * of all.
 */
record SaidDialects(List<PathDialect> paths, DialectChoice otherwise) {
  static SaidDialects of(ProxySettings settings) {
    return new SaidDialects(settings.pathDialects(), settings.dialect());
  }

  /** Null leaves it to the answer. */
  @Nullable Dialect at(String path) {
    PathDialect said = find(path);
    return forced(said == null ? otherwise : said.dialect());
  }

  /** What is asked for; the path may have a query. */
  Operation operation(String method, String path) {
    PathDialect said = method.equals("POST") ? find(path) : null;
    Dialect dialect = said == null ? null : forced(said.dialect());
    return dialect == null
        ? RequestReader.operationOf(method, path)
        : RequestReader.operationOf(dialect, path);
  }

  private @Nullable PathDialect find(String path) {
    if (paths.isEmpty()) {
      return null;
    }
    String plain = RequestReader.withoutQuery(path);
    for (PathDialect each : paths) {
      if (each.fits(plain)) {
        return each;
      }
    }
    return null;
  }

  static @Nullable Dialect forced(DialectChoice choice) {
    return choice == DialectChoice.AUTO ? null : Dialect.of(choice.label());
  }
}
