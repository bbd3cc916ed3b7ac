package dev.streamgauge.cluster.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.streamgauge.cluster.kube.ResourceSink;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what a watch tells of a single object, picked by its name; null while it is not there.
 */
final class OneObject implements ResourceSink {
  private final Consumer<@Nullable ObjectNode> told;
  private boolean found;

  OneObject(Consumer<@Nullable ObjectNode> told) {
    this.told = told;
  }

  @Override
  public void listBegun() {
    found = false;
  }

  @Override
  public void listed(ObjectNode object) {
    found = true;
    told.accept(object);
  }

  @Override
  public void listEnded() {
    if (!found) {
      told.accept(null);
    }
  }

  @Override
  public void changed(ObjectNode object) {
    told.accept(object);
  }

  @Override
  public void deleted(ObjectNode object) {
    told.accept(null);
  }
}
