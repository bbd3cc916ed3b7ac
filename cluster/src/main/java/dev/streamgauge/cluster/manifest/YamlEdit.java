package dev.streamgauge.cluster.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Brings a change of a tree into the text that it was read from, and touches nothing else of it:
 * comments, order, quotes and indentation stay as somebody wrote them.
 */
final class YamlEdit {
  private static final Pattern MERGE_KEY = Pattern.compile("<<[\"']?\\s*:");

  private final CharPlaces places;
  private final String text;
  private final IdentityHashMap<Node, Integer> uses = new IdentityHashMap<>();
  private final List<Splice> splices = new ArrayList<>();

  /** A part of the text that is written anew. */
  private record Splice(int from, int to, String text) {}

  /** It can't be changed where it stands: an alias would change with it, or all of it is new. */
  static final class Shared extends Exception {
    private static final long serialVersionUID = 1L;
  }

  YamlEdit(String text, CharPlaces places, Node document) {
    this.text = text;
    this.places = places;
    count(document);
  }

  private void count(Node node) {
    if (uses.merge(node, 1, Integer::sum) > 1) {
      return;
    }
    switch (node) {
      case MappingNode mapping ->
          mapping
              .getValue()
              .forEach(
                  entry -> {
                    count(entry.getKeyNode());
                    count(entry.getValueNode());
                  });
      case SequenceNode sequence -> sequence.getValue().forEach(this::count);
      default -> {}
    }
  }

  /** Notes what has to be written anew, so that what was {@code before} becomes {@code after}. */
  void change(Node document, JsonNode before, JsonNode after) throws Shared {
    boolean inPlace =
        document instanceof MappingNode mapping
            && before instanceof ObjectNode old
            && after instanceof ObjectNode now
            && onlyAdds(mapping, old, now);
    if (!before.equals(after) && (!inPlace || merges(document))) {
      throw new Shared();
    }
    change(document, before, after, 0, true);
  }

  /** The reader has put in what a merge key brings: the nodes are not where they stand. */
  private boolean merges(Node document) {
    return MERGE_KEY.matcher(text).region(start(document), end(document)).find();
  }

  /** The text with all that was noted. */
  String applied() {
    splices.sort(Comparator.comparingInt(Splice::from));
    StringBuilder changed = new StringBuilder(text.length() + 4096);
    int at = 0;
    for (Splice splice : splices) {
      changed.append(text, at, splice.from).append(splice.text);
      at = splice.to;
    }
    return changed.append(text, at, text.length()).toString();
  }

  /** The text with the whole document as {@code after}. */
  String rewritten(Node document, JsonNode after) {
    String body =
        after instanceof ObjectNode object ? BlockWriter.entries(object, 0) : after + "\n";
    return text.substring(0, start(document)) + body + text.substring(end(document));
  }

  private void change(Node node, JsonNode before, JsonNode after, int indent, boolean blockParent)
      throws Shared {
    if (before.equals(after)) {
      return;
    }
    if (uses.getOrDefault(node, 0) > 1) {
      throw new Shared();
    }
    if (node instanceof MappingNode mapping
        && before instanceof ObjectNode old
        && after instanceof ObjectNode now
        && onlyAdds(mapping, old, now)) {
      mapping(mapping, old, now);
    } else if (node instanceof SequenceNode sequence
        && before instanceof ArrayNode old
        && after instanceof ArrayNode now
        && !old.isEmpty()
        && now.size() >= old.size()) {
      sequence(sequence, old, now);
    } else {
      replace(node, after, indent, blockParent);
    }
  }

  /** Whether each key is still there; a merge key would bring others from elsewhere. */
  private static boolean onlyAdds(MappingNode mapping, ObjectNode old, ObjectNode now) {
    boolean kept = old.propertyStream().allMatch(entry -> now.has(entry.getKey()));
    boolean merges =
        mapping.getValue().stream()
            .anyMatch(entry -> !old.has(((ScalarNode) entry.getKeyNode()).getValue()));
    return kept && !merges && !old.isEmpty() && mapping.getValue().size() == old.size();
  }

  private void mapping(MappingNode mapping, ObjectNode old, ObjectNode now) throws Shared {
    int indent = column(mapping.getValue().getFirst().getKeyNode());
    boolean block = isBlock(mapping);
    Map<String, NodeTuple> entries = new HashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      entries.put(((ScalarNode) entry.getKeyNode()).getValue(), entry);
    }
    StringBuilder added = new StringBuilder();
    for (Map.Entry<String, JsonNode> entry : now.properties()) {
      NodeTuple known = entries.get(entry.getKey());
      if (known != null) {
        JsonNode before = old.get(entry.getKey());
        change(known.getValueNode(), before, entry.getValue(), indent, block);
      } else if (block) {
        added.append(" ".repeat(indent));
        added.append(BlockWriter.entry(entry.getKey(), entry.getValue(), indent));
      } else {
        added.append(", ").append(Scalars.key(entry.getKey())).append(": ");
        added.append(inFlow(entry.getValue()));
      }
    }
    add(mapping, added.toString());
  }

  private void sequence(SequenceNode sequence, ArrayNode old, ArrayNode now) throws Shared {
    boolean block = isBlock(sequence);
    int dash = column(sequence);
    StringBuilder added = new StringBuilder();
    for (int i = 0; i < now.size(); i++) {
      if (i < old.size()) {
        change(sequence.getValue().get(i), old.get(i), now.get(i), dash, block);
      } else if (block) {
        added.append(" ".repeat(dash)).append(BlockWriter.element(now.get(i), dash));
      } else {
        added.append(", ").append(inFlow(now.get(i)));
      }
    }
    add(sequence, added.toString());
  }

  private static String inFlow(JsonNode value) {
    return value.isContainerNode() ? value.toString() : Scalars.inline(value);
  }

  /** Behind the last of what the collection has. */
  private void add(CollectionNode<?> collection, String added) throws Shared {
    if (added.isEmpty()) {
      return;
    }
    if (!isBlock(collection)) {
      int close = end(collection) - 1;
      int at = close;
      while (at > 0
          && (Character.isWhitespace(text.charAt(at - 1)) || text.charAt(at - 1) == ',')) {
        at--;
      }
      splices.add(new Splice(at, at, added));
      return;
    }
    int at = lineEnd(contentEnd(collection));
    boolean unended = at == text.length() && !text.endsWith("\n");
    String lines = unended ? "\n" + added.substring(0, added.length() - 1) : added;
    splices.add(new Splice(at, at, lines));
  }

  private void replace(Node node, JsonNode after, int indent, boolean blockParent) throws Shared {
    int from = start(node);
    int to = contentEnd(node);
    boolean collection = after.isContainerNode() && !after.isEmpty();
    if (!collection && node instanceof ScalarNode scalar && !after.isContainerNode()) {
      splices.add(new Splice(from, to, scalar(scalar, after, from, to, indent)));
    } else if (!collection && node instanceof CollectionNode<?> old && isBlock(old)) {
      splices.add(new Splice(behindKey(from), to, " " + inFlow(after) + lineFeed(from, to)));
    } else if (!collection || !blockParent) {
      String space = " ".repeat(spaceBefore(from));
      splices.add(new Splice(from, to, space + inFlow(after) + lineFeed(from, to)));
    } else {
      String written = collection(after, from, indent) + lineFeed(from, to);
      splices.add(new Splice(withoutSpace(from), to, written));
    }
  }

  /** On lines of its own below its key; within a sequence right behind the dash. */
  private String collection(JsonNode after, int from, int indent) {
    boolean behindDash = from > 1 && text.substring(0, from).stripTrailing().endsWith("-");
    String written =
        after instanceof ObjectNode object
            ? BlockWriter.entries(object, indent + 2)
            : BlockWriter.elements((ArrayNode) after, indent + 2);
    String body = written.substring(0, written.length() - 1);
    return (behindDash ? " " : "\n" + " ".repeat(indent + 2)) + body;
  }

  private String scalar(ScalarNode node, JsonNode after, int from, int to, int indent) {
    String space = " ".repeat(spaceBefore(from));
    if (!after.isTextual()) {
      return space + after + lineFeed(from, to);
    }
    String now = after.textValue();
    ScalarStyle style = node.getScalarStyle();
    if ((style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED) && Scalars.isBlock(now)) {
      String block = Scalars.block(now, blockIndent(from, to, indent + 2));
      return to > 0 && text.charAt(to - 1) == '\n' ? block : block.stripTrailing();
    }
    String written =
        switch (style) {
          case SINGLE_QUOTED -> Scalars.singleQuoted(now);
          case DOUBLE_QUOTED -> Scalars.doubleQuoted(now);
          case PLAIN, LITERAL, FOLDED, JSON_SCALAR_STYLE -> Scalars.inline(after);
        };
    return space + written + lineFeed(from, to);
  }

  /** What ends with a block scalar has the end of its line in it. */
  private String lineFeed(int from, int to) {
    return to > from && text.charAt(to - 1) == '\n' ? "\n" : "";
  }

  /** As deep as the first line that is not empty. */
  private int blockIndent(int from, int to, int otherwise) {
    int line = text.indexOf('\n', from) + 1;
    while (line > 0 && line < to) {
      int at = line;
      while (at < to && text.charAt(at) == ' ') {
        at++;
      }
      if (at < to && text.charAt(at) != '\n') {
        return at - line;
      }
      line = text.indexOf('\n', line) + 1;
    }
    return otherwise;
  }

  /** Over the line that ends behind a key or a dash. */
  private int behindKey(int from) throws Shared {
    int at = from;
    while (at > 0 && Character.isWhitespace(text.charAt(at - 1))) {
      at--;
    }
    if (at == 0 || ":-".indexOf(text.charAt(at - 1)) < 0) {
      throw new Shared(); // a comment, or an anchor's name
    }
    return at;
  }

  /** A value that is not there stands right behind its colon. */
  private int spaceBefore(int from) {
    return from > 0 && ":-".indexOf(text.charAt(from - 1)) >= 0 ? 1 : 0;
  }

  private int withoutSpace(int from) {
    int at = from;
    while (at > 0 && text.charAt(at - 1) == ' ') {
      at--;
    }
    return at;
  }

  private static boolean isBlock(CollectionNode<?> node) {
    return node.getFlowStyle() == FlowStyle.BLOCK;
  }

  /** Behind the last character that is the node's; the parser's own end is that of its space. */
  private int contentEnd(Node node) throws Shared {
    if (node instanceof CollectionNode<?> collection && isBlock(collection)) {
      return switch (node) {
        case MappingNode mapping when !mapping.getValue().isEmpty() ->
            contentEndOfLast(mapping.getValue().getLast().getValueNode());
        case SequenceNode sequence when !sequence.getValue().isEmpty() ->
            contentEndOfLast(sequence.getValue().getLast());
        default -> end(node);
      };
    }
    int end = end(node);
    if (node instanceof ScalarNode scalar
        && (scalar.getScalarStyle() == ScalarStyle.LITERAL
            || scalar.getScalarStyle() == ScalarStyle.FOLDED)) {
      while (end > 1 && text.charAt(end - 1) == '\n' && text.charAt(end - 2) == '\n') {
        end--;
      }
    }
    return end;
  }

  /** An alias has the place of what it stands for. */
  private int contentEndOfLast(Node node) throws Shared {
    if (uses.getOrDefault(node, 0) > 1) {
      throw new Shared();
    }
    return contentEnd(node);
  }

  /** Behind the line that {@code at} is in; a comment there belongs to it. */
  private int lineEnd(int at) {
    if (at > 0 && text.charAt(at - 1) == '\n') {
      return at;
    }
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end + 1;
  }

  private int start(Node node) {
    return places.index(node.getStartMark().map(Mark::getIndex).orElse(0));
  }

  private int end(Node node) {
    return places.index(node.getEndMark().map(Mark::getIndex).orElse(0));
  }

  private static int column(Node node) {
    return node.getStartMark().map(Mark::getColumn).orElse(0);
  }
}
