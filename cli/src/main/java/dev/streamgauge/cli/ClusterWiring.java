package dev.streamgauge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.admin.AdminServer;
import dev.streamgauge.cluster.kube.Endpoint;
import dev.streamgauge.cluster.kube.EventWriter;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.Kubeconfig;
import dev.streamgauge.cluster.kube.LeaderElection;
import dev.streamgauge.cluster.kube.Resource;
import dev.streamgauge.cluster.kube.WatchProgress;
import dev.streamgauge.cluster.metrics.BoundedCounter;
import dev.streamgauge.cluster.metrics.ClusterFamily;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import dev.streamgauge.cluster.watch.Watcher;
import dev.streamgauge.cluster.webhook.Webhook;
import dev.streamgauge.config.ClusterOptions;
import dev.streamgauge.config.ClusterSettings;
import dev.streamgauge.config.ClusterSettings.ApiServer;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.WebhookOptions;
import dev.streamgauge.proxy.CannotListen;
import dev.streamgauge.timeline.Ticker;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts of {@code streamgauge cluster} together; the only place that knows all of them.
 */
final class ClusterWiring implements AdminServer.Role, AutoCloseable {
  private static final String COMPONENT = "streamgauge";
  private static final Duration LINGER = Duration.ofSeconds(5);
  private static final String RANDOM = Long.toHexString(ThreadLocalRandom.current().nextLong());

  private final KubeClient client;
  private final Watcher watcher;
  private final @Nullable LeaderElection election;
  private final EventWriter events;
  private final @Nullable Webhook webhook;
  private final AdminServer admin;
  private volatile boolean stopping;

  /**
   * Starts all of it.
   *
   * @param out takes the event lines
   * @param messages takes what somebody should know, a line at a time
   * @throws CannotListen if the admin address is not to be had
   * @throws IOException if the API server's credentials cannot be read
   */
  ClusterWiring(ClusterSettings settings, OutputStream out, Consumer<String> messages)
      throws IOException {
    ClusterMetrics metrics = new ClusterMetrics(Main.version());
    BoundedCounter requests = metrics.counter(ClusterFamily.KUBE_REQUESTS);
    client =
        new KubeClient(
            endpoint(settings.apiServer()),
            (resource, verb, code) ->
                requests.add(1, resource.toString(), verb, Integer.toString(code)));
    admin = admin(settings.admin(), metrics);
    watcher =
        new Watcher(
            client,
            new Watcher.Scope(settings.watchNamespace(), settings.podSelector()),
            metrics,
            out,
            InstantSource.system(),
            Ticker.system()::nanos,
            messages);
    election = settings.leaderElection() ? election(settings, messages) : null;
    LeaderElection elected = election;
    BooleanSupplier leads = elected == null ? () -> true : elected::leads;
    metrics.leadsBy(leads);
    events =
        new EventWriter(client, COMPONENT, identity(settings), InstantSource.system(), messages);
    webhook = webhook(settings, metrics, leads, messages);
    admin.start(this);
  }

  private @Nullable Webhook webhook(
      ClusterSettings settings,
      ClusterMetrics metrics,
      BooleanSupplier leads,
      Consumer<String> messages)
      throws IOException {
    HostPort listen = settings.webhook().listen();
    if (listen == null) {
      return null;
    }
    try {
      return Webhook.start(
          settings.webhook(),
          listen,
          new Webhook.Surroundings(
              client,
              events,
              metrics,
              namespace(settings),
              InstantSource.system(),
              Ticker.system()::nanos,
              Path.of(System.getProperty("java.home"), "bin", "keytool"),
              leads,
              messages));
    } catch (BindException e) {
      throw new CannotListen(WebhookOptions.LISTEN, listen, e);
    }
  }

  private String namespace(ClusterSettings settings) {
    return settings.namespace() == null ? client.ownNamespace() : settings.namespace();
  }

  private static Endpoint endpoint(ApiServer apiServer) throws IOException {
    return switch (apiServer) {
      case ApiServer.Kubeconfig(var file) -> Kubeconfig.read(file);
      case ApiServer.InCluster(String host, String port) -> Endpoint.inCluster(host, port);
    };
  }

  private static AdminServer admin(HostPort address, ClusterMetrics metrics) throws IOException {
    try {
      return new AdminServer(new InetSocketAddress(address.host(), address.port()), metrics);
    } catch (IOException e) {
      throw new CannotListen(ClusterOptions.ADMIN, address, e);
    }
  }

  private LeaderElection election(ClusterSettings settings, Consumer<String> messages) {
    return new LeaderElection(
        client,
        Resource.LEASES.named(namespace(settings), settings.leaseName()),
        identity(settings),
        LeaderElection.Timing.standard(),
        InstantSource.system(),
        Ticker.system()::nanos,
        _ -> {},
        messages);
  }

  /** Without a name we take one that no other replica has. */
  private static String identity(ClusterSettings settings) {
    return settings.pod() == null ? COMPONENT + "-" + RANDOM : settings.pod();
  }

  InetSocketAddress adminAddress() {
    return admin.address();
  }

  @Override
  public @Nullable String unready() {
    if (stopping) {
      return "stopping";
    }
    String waitsFor = webhook == null ? null : webhook.waitsFor();
    if (waitsFor != null) {
      return "waits for " + waitsFor;
    }
    return watcher.isReady() ? null : "the pods have not been listed yet";
  }

  @Override
  public JsonNode status() {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("version", Main.version());
    status.put("leads", election == null || election.leads());
    ObjectNode watches = status.putObject("watches");
    watcher.progress().forEach((resource, each) -> show(watches.putObject(resource), each));
    if (webhook != null) {
      webhook.progress().forEach((resource, each) -> show(watches.putObject(resource), each));
    }
    return status;
  }

  private static void show(ObjectNode watch, WatchProgress progress) {
    watch.put("state", progress.state().name().toLowerCase(Locale.ROOT));
    watch.put("synced", progress.synced());
    watch.put("failure", progress.failure());
    watch.put("lists", progress.lists()).put("watches", progress.watches());
    watch.put("changes", progress.changes()).put("bookmarks", progress.bookmarks());
    watch.put("expired", progress.expired()).put("unread", progress.unread());
  }

  /**
   * The lease is given back first, so that another replica leads at once. Reviews are answered for
   * a few seconds more: API servers hear late that we go.
   */
  @Override
  public void close() {
    stopping = true;
    if (election != null) {
      election.close();
    }
    if (webhook != null) {
      LockSupport.parkNanos(LINGER.toNanos());
      webhook.close();
    }
    watcher.close();
    events.close();
    admin.close();
    client.close();
  }
}
