package dev.streamgauge.cluster.inject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One container of a pod whose shape was checked. */
record Container(ObjectNode root) {

  String name() {
    String name = Tree.text(root, "name");
    return name == null ? "" : name;
  }

  String image() {
    String image = Tree.text(root, "image");
    return image == null ? "" : image;
  }

  /** Whether it says itself what is started, in place of the image's entry point. */
  boolean hasCommand() {
    ArrayNode command = Tree.array(root, "command");
    return command != null && !command.isEmpty();
  }

  /** Each word of command and arguments, with where it stands. */
  List<Word> words() {
    List<Word> words = new ArrayList<>();
    add("command", words);
    add("args", words);
    return words;
  }

  private void add(String name, List<Word> words) {
    ArrayNode list = Tree.array(root, name);
    for (int i = 0; list != null && i < list.size(); i++) {
      words.add(new Word(list, i));
    }
  }

  List<ObjectNode> ports() {
    return Tree.objects(root, "ports");
  }

  /** The ports that are declared for TCP, in their order. */
  List<Integer> tcpPorts() {
    List<Integer> found = new ArrayList<>();
    for (ObjectNode port : ports()) {
      Integer number = Tree.number(port, "containerPort");
      String protocol = Tree.text(port, "protocol");
      if (number != null && (protocol == null || protocol.equals("TCP"))) {
        found.add(number);
      }
    }
    return found;
  }

  /** The number of a port that is declared by name; null where there is none. */
  @Nullable Integer portNamed(String name) {
    for (ObjectNode port : ports()) {
      if (name.equals(Tree.text(port, "name"))) {
        return Tree.number(port, "containerPort");
      }
    }
    return null;
  }

  Variables variables() {
    return new Variables(root);
  }

  /** What a resource is asked for or limited by, as it is written. */
  @Nullable JsonNode resource(String kind, String name) {
    ObjectNode quantities = Tree.object(Tree.object(root, "resources"), kind);
    JsonNode quantity = quantities == null ? null : quantities.get(name);
    return quantity == null || quantity.isNull() ? null : quantity;
  }

  /** One word and its place. */
  record Word(ArrayNode list, int index) {
    String text() {
      return list.get(index).asText();
    }

    void set(String text) {
      list.set(index, text);
    }
  }
}
