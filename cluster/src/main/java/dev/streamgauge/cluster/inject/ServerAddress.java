package dev.streamgauge.cluster.inject;

import dev.streamgauge.cluster.inject.EngineFacts.Ports;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, and how that is changed.
 *
 * @param port the one that clients know; null where nothing tells it
 * @param host as the server is told it; null where it is not
 */
record ServerAddress(
    ServerStart start, Ports ports, @Nullable Integer port, @Nullable String host) {

  static ServerAddress of(ServerStart start, Ports ports) throws CannotInject {
    String variable = ports.portVariable();
    ServerStart.Value flag = start.value(ports.portFlags());
    if (flag != null) {
      return new ServerAddress(start, ports, number(start, flag.text()), host(start, ports));
    }
    Variables variables = start.container().variables();
    if (variable != null && variables.isSet(variable) && !assigns(start, variable)) {
      String value = variables.value(variable);
      if (ports.inOne()) {
        return inOne(start, ports, value);
      }
      String known = value == null ? String.valueOf(Variables.UNKNOWN) : value;
      return new ServerAddress(start, ports, number(start, known), host(start, ports));
    }
    return new ServerAddress(start, ports, assumed(start, ports), host(start, ports));
  }

  /** A settings.json of MLServer would be stronger than a variable that only we set. */
  private void refuseUnsaid(String variable) throws CannotInject {
    boolean said = start.container().variables().isSet(variable);
    if (start.engine() == Engine.MLSERVER && !said) {
      throw new CannotInject(
          RefusalReason.UNREADABLE_COMMAND,
          "container "
              + start.container().name()
              + ": nothing in the pod sets MLServer's port, so its settings.json may (expected: "
              + variable
              + " in env, or "
              + Settings.MODE.annotation()
              + "=beside)");
    }
  }

  /** Nobody says it: the server's default, unless the image may say so or a word may. */
  private static @Nullable Integer assumed(ServerStart start, Ports ports) {
    List<Integer> declared = start.container().tcpPorts();
    boolean certain =
        ports.portVariable() == null
            && start.openWords().isEmpty()
            && !start.has(List.of("--config"));
    if (!certain && declared.size() == 1) {
      return declared.getFirst();
    }
    boolean unseen =
        !start.openWords().isEmpty()
            || start.container().variables().isOpen()
            || assigns(start, ports.portVariable());
    if (!certain && (unseen || start.has(List.of("--config"))) && ports.port() != 0) {
      return declared.contains(ports.port()) ? Integer.valueOf(ports.port()) : null;
    }
    return ports.port() == 0 ? null : Integer.valueOf(ports.port());
  }

  /** A script that sets the variable itself may set any. */
  private static boolean assigns(ServerStart start, @Nullable String variable) {
    Invocation invocation = start.invocation();
    return invocation != null && variable != null && invocation.assigns(variable);
  }

  private static @Nullable Integer number(ServerStart start, String text) throws CannotInject {
    if (!Variables.isKnown(text)) {
      List<Integer> declared = start.container().tcpPorts();
      return declared.size() == 1 ? declared.getFirst() : null;
    }
    String digits = text.strip();
    int port = digits.matches("[0-9]{1,5}") ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > 65_535) {
      throw new CannotInject(
          RefusalReason.UNKNOWN_PORT,
          "container "
              + start.container().name()
              + ": the server's port is \""
              + Shown.text(text)
              + "\" (expected: 1 to 65535)");
    }
    return port;
  }

  private static @Nullable String host(ServerStart start, Ports ports) {
    ServerStart.Value flag = start.value(ports.hostFlags());
    if (flag != null) {
      return flag.text();
    }
    String variable = ports.hostVariable();
    return variable == null ? null : start.container().variables().value(variable);
  }

  /** Ollama's form: {@code [http://]HOST[:PORT]}. */
  private static ServerAddress inOne(ServerStart start, Ports ports, @Nullable String value)
      throws CannotInject {
    if (value == null) {
      throw new CannotInject(
          RefusalReason.UNKNOWN_PORT,
          "container "
              + start.container().name()
              + ": "
              + ports.portVariable()
              + " comes from elsewhere; only its text could be changed");
    }
    String bare = value.strip().replaceFirst("^http://", "").replaceFirst("/+$", "");
    int colon = bare.endsWith("]") ? -1 : bare.lastIndexOf(':');
    boolean bracketless = colon >= 0 && bare.indexOf(':') != colon && !bare.startsWith("[");
    if (colon < 0 || bracketless) {
      return new ServerAddress(start, ports, ports.port(), bare);
    }
    Integer port = number(start, bare.substring(colon + 1));
    return new ServerAddress(start, ports, port, bare.substring(0, colon));
  }

  /** A variable that the command itself sets can't be set from outside. */
  void refuseAssigned() throws CannotInject {
    String variable = ports.portVariable();
    if (ports.portFlags().isEmpty() && variable != null && assigns(start, variable)) {
      throw new CannotInject(
          RefusalReason.UNREADABLE_COMMAND,
          "container "
              + start.container().name()
              + ": the command itself sets "
              + variable
              + " (expected: in env)");
    }
  }

  /** Tells the server to listen on another port. */
  void moveTo(int port, Journal journal) throws CannotInject {
    Invocation invocation = start.invocation();
    ServerStart.Value flag = start.value(ports.portFlags());
    String container = "container " + start.container().name();
    if (flag != null && invocation != null) {
      invocation.replace(flag.index(), flag.prefix() + port);
      journal.decided(
          Decision.Topic.PORT,
          container + ": its port is " + port + " in the " + invocation.form(),
          "the server takes it by " + ports.portFlags().getFirst());
    } else if (invocation != null && !ports.portFlags().isEmpty()) {
      append(invocation, ports.portFlags().getFirst(), port, journal);
    } else if (ports.portVariable() != null) {
      setVariable(ports.portVariable(), port, journal);
    } else {
      throw new CannotInject(
          RefusalReason.UNREADABLE_COMMAND,
          container
              + ": the server is started by its image's own command, which is not seen (expected:"
              + " args, or "
              + Settings.MODE.annotation()
              + "=beside)");
    }
  }

  private void append(Invocation invocation, String flag, int port, Journal journal)
      throws CannotInject {
    List<String> open = start.openWords();
    if (start.engine().refusesRepeats() && !open.isEmpty()) {
      throw new CannotInject(
          RefusalReason.UNREADABLE_COMMAND,
          "container "
              + start.container().name()
              + ": a word of the command is only known when it runs; "
              + flag
              + " could be among it, and twice it would be an error");
    }
    invocation.append(List.of(flag, Integer.toString(port)));
    journal.decided(
        Decision.Topic.PORT,
        "container "
            + start.container().name()
            + ": "
            + flag
            + " "
            + port
            + " is added to the "
            + invocation.form(),
        "the server takes its port by " + flag + ", and nobody had set it");
  }

  private void setVariable(String variable, int port, Journal journal) throws CannotInject {
    refuseUnsaid(variable);
    String value = Integer.toString(port);
    if (ports.inOne()) {
      String named = host == null ? "0.0.0.0" : host;
      value =
          (named.indexOf(':') >= 0 && !named.startsWith("[") ? "[" + named + "]" : named)
              + ":"
              + port;
    }
    start.container().variables().set(variable, value);
    journal.decided(
        Decision.Topic.PORT,
        "container " + start.container().name() + ": " + variable + "=" + value,
        "the server takes its port by this variable");
  }
}
