package dev.streamgauge.cluster.kube;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Is told of the objects of one kind, on the thread of its {@link Reflector}. An object is valid
 * for the length of the call: what is needed of it is copied out.
 */
public interface ResourceSink {
  /** A whole list begins; also if the one before was not whole. */
  void listBegun();

  /** An object of the list. */
  void listed(ObjectNode object);

  /** The list was whole: what was not in it is gone. */
  void listEnded();

  /** It was made or changed. The same state may come twice. */
  void changed(ObjectNode object);

  /** It is gone; its last state. */
  void deleted(ObjectNode object);

  /** There is no such kind in this cluster, now. */
  default void absent() {}
}
