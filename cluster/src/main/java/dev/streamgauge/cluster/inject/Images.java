package dev.streamgauge.cluster.inject;

import org.jspecify.annotations.Nullable;

/** What an image starts when the pod names no command. */
final class Images {
  private Images() {}

  /** The engine that is the image's own entry point; null where that is not known. */
  static @Nullable Engine engine(String image) {
    for (Engine engine : Engine.values()) {
      if (is(engine, image)) {
        return engine;
      }
    }
    return null;
  }

  static boolean is(Engine engine, String image) {
    String name = name(image);
    return switch (engine) {
      case VLLM -> name.startsWith("vllm-openai") || name.startsWith("vllm-cpu");
      case TGI -> name.equals("text-generation-inference");
      case LLAMACPP -> name.equals("llama.cpp") && tag(image).startsWith("server");
      case OLLAMA -> name.equals("ollama");
      case MLSERVER -> name.startsWith("mlserver");
      // Their images run what they are given.
      case SGLANG, TRITON, TRTLLM, GENERIC -> false;
    };
  }

  /** Without registry, folders, tag and digest. */
  private static String name(String image) {
    String path = withoutDigest(image);
    String last = path.substring(path.lastIndexOf('/') + 1);
    int colon = last.indexOf(':');
    return colon < 0 ? last : last.substring(0, colon);
  }

  private static String tag(String image) {
    String path = withoutDigest(image);
    String last = path.substring(path.lastIndexOf('/') + 1);
    return last.substring(last.indexOf(':') + 1);
  }

  private static String withoutDigest(String image) {
    int at = image.indexOf('@');
    return at < 0 ? image : image.substring(0, at);
  }
}
