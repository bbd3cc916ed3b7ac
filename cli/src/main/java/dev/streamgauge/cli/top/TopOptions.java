package dev.streamgauge.cli.top;

import dev.streamgauge.config.Option;
import dev.streamgauge.config.OptionSet;
import dev.streamgauge.config.Text;
import java.util.List;

/** The options of {@code streamgauge top}, in the order of its help. */
final class TopOptions {
  private static final int PATH_LENGTH_MAX = 4096;

  static final Option<Boolean> ONCE = Option.flag("once", "Prints the table once, and ends");
  static final Option<String> TOKEN_FILE =
      Option.one(
          "token-file",
          new Text("FILE", PATH_LENGTH_MAX),
          null,
          "Whose content the admin port asks for (its --admin-token-file)");
  static final Option<String> CA_FILE =
      Option.one(
          "ca-file",
          new Text("FILE", PATH_LENGTH_MAX),
          null,
          "Certificates, in PEM, by one of which that of an https URL is signed; without it those"
              + " that Java knows");

  static final OptionSet ALL = OptionSet.withOperands(List.of(ONCE, TOKEN_FILE, CA_FILE));

  private TopOptions() {}
}
