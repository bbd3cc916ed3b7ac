package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.Decision.Topic;
import dev.streamgauge.cluster.inject.Note.Warning;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How the pod ends without cutting streams off: its grace, and who waits for whom. */
final class Ending {
  /** Of the grace the drain leaves so much, to close and to write out. */
  private static final int KEPT_SECONDS = 5;

  private static final String HMAC = "HmacSHA256";

  private Ending() {}

  /** Returns the token of the hook; empty where there is none. */
  static String arrange(
      Pod pod,
      ServerStart start,
      Route route,
      Wishes wishes,
      Neighbours neighbours,
      Journal journal) {
    grace(pod, wishes, journal);
    String token = "";
    if (wishes.get(Settings.DRAIN_HOOK)) {
      token = hook(pod, start, route, wishes, neighbours, journal);
    }
    if (token.isEmpty() && breaksStreamsOff(start)) {
      journal.warn(
          Warning.SHUTDOWN_CUTS_STREAMS,
          "vLLM breaks its streams off at SIGTERM unless it has --shutdown-timeout above 0 (expected:"
              + " that, or "
              + Settings.DRAIN_HOOK.annotation()
              + "=true)");
    }
    return token;
  }

  private static void grace(Pod pod, Wishes wishes, Journal journal) {
    Integer least = wishes.find(Settings.GRACE_SECONDS);
    int own = pod.graceSeconds();
    if (least != null && least > own) {
      pod.spec().put("terminationGracePeriodSeconds", least);
      journal.decided(
          Topic.END,
          "terminationGracePeriodSeconds is " + least + " in place of " + own,
          Settings.GRACE_SECONDS.name() + " says so");
    }
    int grace = pod.graceSeconds();
    int counted = Math.min(grace, Sidecar.GRACE_SECONDS_MAX);
    journal.decided(
        Topic.END,
        "the sidecar drains for at most " + Math.max(0, counted - KEPT_SECONDS) + " s",
        "the pod's grace is "
            + grace
            + " s, of which "
            + (counted < grace ? "it counts " + counted + ", and " : "")
            + KEPT_SECONDS
            + " are kept for the end");
    if (grace <= KEPT_SECONDS + Sidecar.LINGER_SECONDS) {
      journal.warn(
          Warning.GRACE_TOO_SHORT,
          "a grace of "
              + grace
              + " s leaves streams no time to end (expected: as long as the longest of them, and 10"
              + " s)");
    }
  }

  private static String hook(
      Pod pod,
      ServerStart start,
      Route route,
      Wishes wishes,
      Neighbours neighbours,
      Journal journal) {
    ObjectNode model = start.container().root();
    if (Tree.has(Tree.object(model, "lifecycle"), "preStop")) {
      journal.warn(
          Warning.NO_DRAIN_HOOK,
          "container " + start.container().name() + " has a preStop hook of its own, which stays");
      return "";
    }
    String key = wishes.find(Settings.DRAIN_TOKEN_KEY);
    if (key == null) {
      journal.warn(
          Warning.NO_DRAIN_HOOK,
          "the policy has no " + Settings.DRAIN_TOKEN_KEY.policyKey() + " to make a token from");
      return "";
    }
    String token = token(key, pod);
    ObjectNode request =
        Tree.madeObject(model, "lifecycle").putObject("preStop").putObject("httpGet");
    request
        .put("path", "/drain?after=" + waitSeconds(wishes) + "s")
        .put("port", route.adminPort())
        .put("scheme", "HTTP");
    request
        .putArray("httpHeaders")
        .addObject()
        .put("name", "Authorization")
        .put("value", "Bearer " + token);
    journal.decided(
        Topic.END,
        "the model container's preStop hook waits at the sidecar's /drain",
        Settings.DRAIN_HOOK.name() + " is true: the server gets SIGTERM with nothing in hand");
    if (neighbours.capturesProbes(route.adminPort())) {
      journal.warn(
          Warning.MESH,
          neighbours.mesh()
              + " stands in front of the hook, and with strict mutual TLS refuses it (expected:"
              + " traffic.sidecar.istio.io/excludeInboundPorts with "
              + route.adminPort()
              + ")");
    }
    return token;
  }

  /**
   * As long as clients may take to hear that the pod goes; an ordinary sidecar gets SIGTERM after
   * that time, and should have begun to drain by then.
   */
  private static int waitSeconds(Wishes wishes) {
    boolean isNative = wishes.get(Settings.SIDECAR) == Settings.Kind.NATIVE;
    return isNative ? Sidecar.LINGER_SECONDS : Sidecar.LINGER_SECONDS - 1;
  }

  /** The same each time for one pod, and told by nobody who has not the key. */
  private static String token(String key, Pod pod) {
    return hmac(key, pod.namespace() + "/" + pod.name()).substring(0, 40);
  }

  /** 64 hexadecimal digits. */
  static String hmac(String key, String subject) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), HMAC));
      return HexFormat.of().formatHex(mac.doFinal(subject.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }

  /** vLLM aborts what runs when its shutdown time-out is 0, which is the default. */
  private static boolean breaksStreamsOff(ServerStart start) {
    if (start.engine() != Engine.VLLM) {
      return false;
    }
    String timeout = start.option(List.of("--shutdown-timeout"));
    return timeout == null || timeout.matches("0*(\\.0*)?");
  }
}
