package dev.streamgauge.cluster.inject;

import java.util.List;

/**
 * The way from a client to the server, once the sidecar is there.
 *
 * @param listenHost the address where the sidecar listens
 * @param listenPort the port there
 * @param serverPort where the server listens
 * @param serverHost as the sidecar names it
 * @param adminPort for metrics and health
 */
record Route(
    Settings.Mode mode,
    Settings.Protocol protocol,
    String listenHost,
    int listenPort,
    int serverPort,
    String serverHost,
    int adminPort) {

  private static final int ADMIN_PORTS_TRIED = 100;
  private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost", "::1", "[::1]");
  private static final String LISTEN = Settings.LISTEN_ADDRESS.annotation();
  private static final List<String> ANY_IPV6 = List.of("::", "[::]");

  static Route plan(Pod pod, ServerStart start, Wishes wishes, Journal journal)
      throws CannotInject {
    Settings.Protocol protocol = wishes.get(Settings.PROTOCOL);
    EngineFacts.Ports ports = ports(start, protocol, wishes);
    refuseTls(start);
    refuseSocket(start);
    ServerAddress address = ServerAddress.of(start, ports);
    if (wishes.get(Settings.MODE) == Settings.Mode.TAKE_OVER) {
      address.refuseAssigned();
    }
    int port = knownPort(address, start, wishes);
    PortPool pool = new PortPool(pod);
    pool.take(port, "the server", pool.owner(port));
    String host = host(address);
    String listenHost = listenHost(address, wishes);
    Route route =
        switch (wishes.get(Settings.MODE)) {
          case TAKE_OVER -> {
            int moved = movedPort(pool, wishes, port);
            yield new Route(
                Settings.Mode.TAKE_OVER,
                protocol,
                listenHost,
                port,
                moved,
                host,
                admin(pool, wishes, journal));
          }
          case BESIDE -> {
            int listen = listenPort(pool, wishes);
            yield new Route(
                Settings.Mode.BESIDE,
                protocol,
                listenHost,
                listen,
                port,
                host,
                admin(pool, wishes, journal));
          }
        };
    if (route.mode == Settings.Mode.TAKE_OVER) {
      journal.decided(
          Decision.Topic.PORT,
          "the sidecar takes port " + port + ", the server moves to " + route.serverPort,
          "Services and clients go on as they are");
      address.moveTo(route.serverPort, journal);
      new Probes(start.container(), port, route.serverPort, journal).follow();
    } else {
      journal.decided(
          Decision.Topic.PORT,
          "the sidecar listens on " + route.listenPort + ", the server stays at " + port,
          "mode beside: who is to be measured is sent to the sidecar's port");
    }
    warn(start, address, route, journal);
    return route;
  }

  private static EngineFacts.Ports ports(
      ServerStart start, Settings.Protocol protocol, Wishes wishes) {
    String flag = wishes.find(Settings.PORT_ARGUMENT);
    String variable = wishes.find(Settings.PORT_VARIABLE);
    EngineFacts.Ports known = start.engine().ports(protocol, start.container());
    return flag == null && variable == null
        ? known
        : new EngineFacts.Ports(
            flag == null ? List.of() : List.of(flag),
            known.hostFlags(),
            variable,
            known.hostVariable(),
            known.port());
  }

  private static void refuseTls(ServerStart start) throws CannotInject {
    if (start.has(start.engine().tlsFlags())) {
      throw new CannotInject(
          RefusalReason.SERVER_TLS,
          "container "
              + start.container().name()
              + ": the server speaks TLS, and only who has its certificate can stand in front of"
              + " it");
    }
  }

  private static void refuseSocket(ServerStart start) throws CannotInject {
    if (start.has(List.of("--uds"))) {
      throw new CannotInject(
          RefusalReason.SERVER_ADDRESS,
          "container "
              + start.container().name()
              + ": the server listens on a Unix socket, not on a port");
    }
  }

  private static int knownPort(ServerAddress address, ServerStart start, Wishes wishes)
      throws CannotInject {
    Integer said = wishes.find(Settings.PORT);
    Integer found = address.port();
    boolean explicit = address.start().value(address.ports().portFlags()) != null;
    if (said != null && found != null && explicit && !said.equals(found)) {
      throw new CannotInject(
          RefusalReason.BAD_ANNOTATION,
          Settings.PORT.annotation()
              + ": "
              + said
              + " on the pod (expected: "
              + found
              + ", which the command says)");
    }
    List<Integer> declared = start.container().tcpPorts();
    Integer port = said != null ? said : found;
    if (port == null && start.engine() == Engine.GENERIC && declared.size() == 1) {
      port = declared.getFirst();
    }
    if (port == null) {
      throw new CannotInject(
          RefusalReason.UNKNOWN_PORT,
          "container "
              + start.container().name()
              + ": nothing tells the port that the server listens on (expected: one containerPort,"
              + " or "
              + Settings.PORT.annotation()
              + ")");
    }
    return port;
  }

  /** How the sidecar reaches the server. */
  private static String host(ServerAddress address) throws CannotInject {
    String host = address.host();
    if (host == null || host.isEmpty() || host.equals("0.0.0.0") || host.equals("localhost")) {
      return "127.0.0.1";
    }
    if (host.startsWith("127.")) {
      return host;
    }
    if (ANY_IPV6.contains(host) || LOOPBACK.contains(host)) {
      return "[::1]";
    }
    throw new CannotInject(
        RefusalReason.SERVER_ADDRESS,
        "container "
            + address.start().container().name()
            + ": the server listens on "
            + (Variables.isKnown(host) ? Shown.text(host) : "an address that is only known later")
            + " only (expected: all addresses, or the loopback one)");
  }

  private static int movedPort(PortPool pool, Wishes wishes, int port) throws CannotInject {
    Integer asked = wishes.find(Settings.SERVER_PORT);
    if (asked == null) {
      return pool.free(wishes.get(Settings.SERVER_PORTS), "the server");
    }
    if (asked == port) {
      throw new CannotInject(
          RefusalReason.PORT_TAKEN,
          Settings.SERVER_PORT.annotation() + ": " + asked + " is the port that the sidecar takes");
    }
    pool.take(asked, "the server", null);
    return asked;
  }

  private static int listenPort(PortPool pool, Wishes wishes) throws CannotInject {
    int port = wishes.get(Settings.LISTEN_PORT);
    pool.take(port, "the sidecar", null);
    return port;
  }

  private static int admin(PortPool pool, Wishes wishes, Journal journal) throws CannotInject {
    int wished = wishes.get(Settings.ADMIN_PORT);
    int last = Math.min(65_535, wished + ADMIN_PORTS_TRIED);
    int port = pool.free(new PortRange(wished, last), "metrics and health");
    journal.decided(
        Decision.Topic.PORT,
        "metrics and health are at port " + port,
        port == wished ? "as set" : wished + " may be another container's");
    return port;
  }

  private static void warn(ServerStart start, ServerAddress address, Route route, Journal journal) {
    Integer other = start.engine().otherPort(route.protocol);
    if (other != null) {
      journal.warn(
          Note.Warning.PORT_PASSED_BY,
          "the server also listens on a port for "
              + (route.protocol == Settings.Protocol.HTTP ? "gRPC" : "HTTP")
              + " (by default "
              + other
              + "): what comes there is not measured");
    }
    if (onLoopback(address)) {
      boolean stays = route.isOnLoopback();
      journal.warn(
          stays ? Note.Warning.ON_LOOPBACK : Note.Warning.NOW_REACHABLE,
          "the server listens on loopback only, "
              + (stays
                  ? "and so does the sidecar at port "
                      + route.listenPort
                      + " (expected, where it is to be reached from outside: "
                      + LISTEN
                      + ")"
                  : "and through the sidecar's port "
                      + route.listenPort
                      + " it can be reached from outside the pod"));
    }
  }

  private static boolean onLoopback(ServerAddress address) {
    String said = address.host();
    String host = said == null ? address.start().engine().hostByDefault() : said;
    return host != null && (LOOPBACK.contains(host) || host.startsWith("127."));
  }

  /**
   * What was kept within the pod stays there, as behind a proxy that asks for a login: only the pod
   * itself opens it.
   */
  private static String listenHost(ServerAddress address, Wishes wishes) throws CannotInject {
    if (onLoopback(address) && !wishes.isSetByPod(Settings.LISTEN_ADDRESS)) {
      return host(address);
    }
    return inUrl(wishes.get(Settings.LISTEN_ADDRESS));
  }

  private boolean isOnLoopback() {
    return listenHost.equals("[::1]") || listenHost.startsWith("127.");
  }

  /** An address as it stands before a port. */
  static String inUrl(String address) {
    return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
  }

  /** As the sidecar's {@code --upstream}. */
  String upstream() {
    return (protocol == Settings.Protocol.GRPC ? "grpc" : "http")
        + "://"
        + serverHost
        + ":"
        + serverPort;
  }
}
