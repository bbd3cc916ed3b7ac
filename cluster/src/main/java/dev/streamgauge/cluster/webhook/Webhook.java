package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.Policy;
import dev.streamgauge.cluster.kube.EventWriter;
import dev.streamgauge.cluster.kube.KubeClient;
import dev.streamgauge.cluster.kube.ObjectRef;
import dev.streamgauge.cluster.kube.Reflector;
import dev.streamgauge.cluster.kube.Resource;
import dev.streamgauge.cluster.kube.ResourceSink;
import dev.streamgauge.cluster.kube.Selectors;
import dev.streamgauge.cluster.kube.WatchPace;
import dev.streamgauge.cluster.kube.WatchProgress;
import dev.streamgauge.cluster.metrics.ClusterMetrics;
import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.WebhookOptions;
import dev.streamgauge.config.WebhookSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The injection's side of {@code streamgauge cluster}: the server that the API server asks, what it
 * has to know (policy, namespaces, certificates), and the chores of the leader.
 */
public final class Webhook implements AutoCloseable {
  /**
   * What it stands on, made by somebody else.
   *
   * @param namespace where Secret and Service are
   * @param keytool the JDK's program
   */
  public record Surroundings(
      KubeClient client,
      EventWriter events,
      ClusterMetrics metrics,
      String namespace,
      InstantSource clock,
      LongSupplier nanoClock,
      Path keytool,
      BooleanSupplier leads,
      Consumer<String> log) {}

  private final CurrentIdentity identity = new CurrentIdentity();
  private final Namespaces namespaces = new Namespaces();
  private final @Nullable ReloadedFiles<Policy> policy;
  private final DrainTokenKey drainTokenKey;
  private final CertificateSource certificates;
  private final CaBundle caBundle;
  private final WebhookServer server;
  private final List<Reflector> watches;
  private final Chores chores;

  private Webhook(WebhookSettings settings, HostPort listen, Surroundings with) throws IOException {
    KubeClient client = with.client();
    String namespace = with.namespace();
    ObjectRef secret = Resource.SECRETS.named(namespace, settings.secret());
    ObjectRef configuration = Resource.MUTATING_WEBHOOKS.named(null, settings.configuration());
    policy = policy(settings, with.log());
    drainTokenKey = new DrainTokenKey(client, secret);
    certificates = certificates(settings, secret, with);
    caBundle = new CaBundle(client, configuration, settings.service(), namespace, with.log());
    InjectionMetrics metrics =
        new InjectionMetrics(with.metrics(), identity, with.clock(), with.events()::dropped);
    Notices notices = new Notices(with.events());
    Set<String> neverIn = Set.of(Admission.SYSTEM, namespace);
    Admission admission =
        new Admission(
            this::policy,
            namespaces::annotations,
            neverIn,
            notices,
            metrics,
            with.nanoClock(),
            with.log());
    server = WebhookServer.start(address(listen), identity.tls(), admission);
    watches =
        List.of(
            watch(Resource.NAMESPACES, Selectors.ALL, namespaces, with),
            one(secret, this::toldOfSecret, with),
            one(configuration, caBundle::told, with));
    Recheck recheck =
        new Recheck(
            client, this::policy, namespaces::annotations, neverIn, notices, metrics, with.log());
    chores = new Chores(this, settings.recheckInterval(), recheck, metrics, with);
  }

  /**
   * Starts it.
   *
   * @throws UnusableInput where a file that an option names can't be used
   * @throws IOException where it cannot listen
   */
  public static Webhook start(WebhookSettings settings, HostPort listen, Surroundings with)
      throws IOException {
    return new Webhook(settings, listen, with);
  }

  private static @Nullable ReloadedFiles<Policy> policy(
      WebhookSettings settings, Consumer<String> log) throws UnusableInput {
    if (settings.policy() == null) {
      return null;
    }
    InputFile file = new InputFile(WebhookOptions.POLICY, settings.policy());
    return new ReloadedFiles<>(
        List.of(file), contents -> PolicyFile.read(file, contents.getFirst()), log);
  }

  private CertificateSource certificates(
      WebhookSettings settings, ObjectRef secret, Surroundings with) throws UnusableInput {
    return switch (settings.certificates()) {
      case WebhookSettings.Certificates.OfFiles files ->
          new CertificateSource.OfFiles(
              new CertificateFiles(files, identity, with.clock(), with.log()));
      case WebhookSettings.Certificates.SelfMade own ->
          new CertificateSource.SelfMade(
              new CertificateKeeper(
                  with.client(),
                  secret,
                  new RotationPlan(
                      own.authorityDays(),
                      own.certificateDays(),
                      own.spreading(),
                      names(settings.service(), with.namespace())),
                  new Keytool(with.keytool()),
                  identity,
                  with.clock(),
                  with.log()));
    };
  }

  /** As the API server calls a Service: {@code NAME.NAMESPACE.svc}. */
  private static List<String> names(String service, String namespace) {
    String asCalled = service + "." + namespace + ".svc";
    return List.of(asCalled, asCalled + ".cluster.local");
  }

  private static InetSocketAddress address(HostPort listen) {
    return new InetSocketAddress(listen.host(), listen.port());
  }

  private static Reflector one(
      ObjectRef object, Consumer<@Nullable ObjectNode> told, Surroundings with) {
    Selectors selectors =
        Selectors.in(object.namespace()).withFields("metadata.name=" + object.name());
    return watch(object.resource(), selectors, new OneObject(told), with);
  }

  private static Reflector watch(
      Resource resource, Selectors selectors, ResourceSink sink, Surroundings with) {
    return new Reflector(
        with.client(), resource, selectors, sink, WatchPace.standard(), with.log());
  }

  private void toldOfSecret(@Nullable ObjectNode secret) {
    certificates.told(secret);
    drainTokenKey.told(secret);
  }

  /** As it is now. */
  private Policy policy() {
    Policy read = policy == null ? Policy.defaults() : policy.current();
    String key = drainTokenKey.orNull();
    return key == null ? read : read.withDrainTokenKey(key);
  }

  /** Whether reviews can be answered, and by what the namespaces say. */
  public boolean ready() {
    return identity.current() != null && watches.getFirst().progress().synced();
  }

  /** What it waits for, for a message; null where it is ready. */
  public @Nullable String waitsFor() {
    if (identity.current() == null) {
      return "a certificate";
    }
    return watches.getFirst().progress().synced() ? null : "the list of namespaces";
  }

  public InetSocketAddress address() {
    return server.address();
  }

  /** What each watch is at, by resource. */
  public Map<String, WatchProgress> progress() {
    Map<String, WatchProgress> all = new LinkedHashMap<>();
    watches.forEach(each -> all.put(each.resource().toString(), each.progress()));
    return all;
  }

  /** Files that may have changed; each replica looks. */
  void look() {
    if (policy != null) {
      var _ = policy.look();
    }
    certificates.look();
  }

  /** What the leader keeps: certificates, whom the API server trusts, the key of drain hooks. */
  void keep() throws IOException {
    String trusted = certificates.trusted();
    if (certificates.mayBegin() || (trusted != null && caBundle.is(trusted))) {
      certificates.step();
    }
    drainTokenKey.keep();
  }

  /** Our webhook, with its selectors; null where the configuration is not there. */
  @Nullable JsonNode ourWebhook() {
    return caBundle.ours();
  }

  @Override
  public void close() {
    chores.close();
    server.close();
    watches.forEach(Reflector::close);
  }
}
