package dev.streamgauge.cluster.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Writes down what it is told. */
final class RecordedSink implements ResourceSink {
  private final List<String> told = new CopyOnWriteArrayList<>();

  List<String> told() {
    return List.copyOf(told);
  }

  @Override
  public void listBegun() {
    told.add("list");
  }

  @Override
  public void listed(ObjectNode object) {
    told.add("listed " + name(object));
  }

  @Override
  public void listEnded() {
    told.add("listed all");
  }

  @Override
  public void changed(ObjectNode object) {
    told.add("changed " + name(object));
    if (name(object).equals("poison")) {
      throw new IllegalStateException("an object that nobody thought of");
    }
  }

  @Override
  public void deleted(ObjectNode object) {
    told.add("deleted " + name(object));
  }

  @Override
  public void absent() {
    told.add("absent");
  }

  private static String name(ObjectNode object) {
    return object.path("metadata").path("name").asText();
  }
}
