package dev.streamgauge.config;

import dev.streamgauge.config.ProxySettings.DialectChoice;
import dev.streamgauge.config.ProxySettings.PathDialect;
import org.jspecify.annotations.Nullable;

/** {@code PATH=DIALECT}, where a path that ends in an asterisk stands for all that begin so. */
record PathDialectValue() implements ValueType<PathDialect> {
  private static final Choice<DialectChoice> DIALECT = Choice.of(DialectChoice.class);

  @Override
  public @Nullable PathDialect parse(String text) {
    int sign = text.lastIndexOf('=');
    if (sign <= 0 || text.charAt(0) != '/' || text.indexOf('?') >= 0) {
      return null;
    }
    String path = text.substring(0, sign);
    DialectChoice dialect = DIALECT.parse(text.substring(sign + 1));
    int asterisk = path.indexOf('*');
    boolean sound = asterisk < 0 || asterisk == path.length() - 1;
    return dialect == null || !sound ? null : new PathDialect(path, dialect);
  }

  @Override
  public String placeholder() {
    return "PATH=DIALECT";
  }

  @Override
  public String allowed() {
    return "/PATH=DIALECT, where the path has no query and may end in *, and the dialect is one of "
        + DIALECT.allowed();
  }
}
