package dev.streamgauge.cluster.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.inject.Injection;
import dev.streamgauge.cluster.inject.Injector;
import dev.streamgauge.cluster.inject.Policy;
import dev.streamgauge.cluster.manifest.PodTemplates.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/** The injection of a whole file of manifests, in its own text. */
public final class ManifestInjection {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final Pattern LONE_BREAK = Pattern.compile("(?<!\r)\n");

  private final Policy policy;
  private final List<Outcome> outcomes = new ArrayList<>();

  private ManifestInjection(Policy policy) {
    this.policy = policy;
  }

  /**
   * What came of a file.
   *
   * @param text the file with the sidecars in it; equal to what was given where nothing was done
   * @param outcomes one for each pod or template, in their order
   */
  public record Result(String text, List<Outcome> outcomes) {
    public Result {
      outcomes = List.copyOf(outcomes);
    }
  }

  /**
   * What came of one pod or template.
   *
   * @param object kind, namespace and name of what it stands in
   * @param rewritten its document was written anew, without its comments: what had to be changed is
   *     shared by an anchor
   */
  public record Outcome(String object, Injection injection, boolean rewritten) {}

  /** Injects each pod of the documents; all else stays byte for byte. */
  public static Result inject(String text, Policy policy) throws BadManifest {
    Result result = new ManifestInjection(policy).file(text);
    return new Result(withBreaksOf(text, result.text()), result.outcomes());
  }

  /** Lines that were put in end as all others do. */
  private static String withBreaksOf(String given, String text) {
    boolean carriageReturns = given.contains("\r\n") && !LONE_BREAK.matcher(given).find();
    return carriageReturns ? LONE_BREAK.matcher(text).replaceAll("\r\n") : text;
  }

  private Result file(String text) throws BadManifest {
    String start = text.stripLeading();
    if (start.startsWith("{")) {
      try {
        return json(text, JSON.readTree(text));
      } catch (JsonProcessingException e) {
        // several documents, or YAML in flow style
      }
    }
    List<Node> documents = Yaml.compose(text);
    CharPlaces places = new CharPlaces(text);
    String changed = text;
    // from the last one, so that the places of those before stay true
    List<List<Outcome>> each = new ArrayList<>();
    for (int i = documents.size() - 1; i >= 0; i--) {
      outcomes.clear();
      changed = document(changed, places, documents.get(i));
      each.addFirst(List.copyOf(outcomes));
    }
    return new Result(changed, each.stream().flatMap(List::stream).toList());
  }

  private Result json(String text, JsonNode before) throws JsonProcessingException {
    JsonNode after = injected(before, false);
    if (after.equals(before)) {
      return new Result(text, outcomes);
    }
    String end = text.endsWith("\n") ? "\n" : "";
    return new Result(JSON.writer(asIn(text)).writeValueAsString(after) + end, outcomes);
  }

  /** With the indentation that the text has. */
  private static DefaultPrettyPrinter asIn(String text) {
    int line = text.indexOf('\n') + 1;
    int at = line;
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
    DefaultIndenter indenter = new DefaultIndenter(" ".repeat(Math.max(2, at - line)), "\n");
    return new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
        .withObjectIndenter(indenter)
        .withArrayIndenter(indenter);
  }

  private String document(String text, CharPlaces places, Node node) throws BadManifest {
    JsonNode before = Yaml.tree(node);
    YamlEdit edit = new YamlEdit(text, places, node);
    JsonNode after = injected(before, false);
    try {
      edit.change(node, before, after);
      return edit.applied();
    } catch (YamlEdit.Shared e) {
      outcomes.replaceAll(one -> new Outcome(one.object(), one.injection(), true));
      return edit.rewritten(node, after);
    }
  }

  private JsonNode injected(JsonNode before, boolean rewritten) {
    JsonNode after = before.deepCopy();
    boolean changed = false;
    for (Template template : PodTemplates.of(after)) {
      Injection injection = inject(template);
      outcomes.add(new Outcome(name(template), injection, rewritten));
      changed |= injection instanceof Injection.Injected;
    }
    return changed ? after : before;
  }

  private Injection inject(Template template) {
    ObjectNode pod = JsonNodeFactory.instance.objectNode();
    pod.setAll(template.pod());
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    if (template.pod().get("metadata") instanceof ObjectNode given) {
      metadata.setAll(given);
    }
    if (!template.pod().hasNonNull("metadata") || !metadata.isEmpty()) {
      identify(metadata, template);
      pod.set("metadata", metadata);
    }
    Injection injection = Injector.inject(pod, policy);
    if (injection instanceof Injection.Injected(ObjectNode changed, var decisions, var warnings)) {
      if (changed.get("metadata") instanceof ObjectNode named && !template.isPod()) {
        named.remove(List.of("namespace", "generateName"));
      }
      template.pod().setAll(changed);
      return new Injection.Injected(template.pod().deepCopy(), decisions, warnings);
    }
    return injection;
  }

  /** As the API server will see it: of the owner's namespace, named after it. */
  private static void identify(ObjectNode metadata, Template template) {
    if (template.namespace() != null) {
      metadata.put("namespace", template.namespace());
    }
    if (!template.isPod()) {
      metadata.put("generateName", template.name() + "-");
    }
  }

  private static String name(Template template) {
    String namespace = template.namespace();
    return template.kind() + " " + (namespace == null ? "" : namespace + "/") + template.name();
  }
}
