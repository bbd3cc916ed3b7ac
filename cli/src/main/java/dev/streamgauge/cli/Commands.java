package dev.streamgauge.cli;

import dev.streamgauge.cli.demo.DemoCommand;
import dev.streamgauge.cli.replay.ReplayCommand;
import dev.streamgauge.cli.simulate.SimulateCommand;
import dev.streamgauge.config.Environment;
import java.util.List;

/** The commands, in the order of the help. Making one costs nothing; the work is in its run. */
final class Commands {
  private Commands() {}

  static List<Command> all() {
    return List.of(
        new ProxyCommand(),
        new ConfigCommand(),
        new ClusterCommand(),
        new HealthCommand(),
        new InjectCommand(),
        new ReplayCommand(),
        new ReportCommand(Environment.current()),
        new SimulateCommand(Environment.current()),
        new DemoCommand(Environment.current()));
  }
}
