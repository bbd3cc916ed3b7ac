package dev.streamgauge.telemetry.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The model servers whose pages we know. */
public enum Engine {
  VLLM("vllm", "vllm:"),
  SGLANG("sglang", "sglang:"),
  TGI("tgi", "tgi_"),
  /** Whatever runs in it: its own figures, and those of its TensorRT-LLM backend. */
  TRITON("triton", "nv_inference_", "nv_trt_llm_"),
  /** {@code trtllm-serve}. */
  TRTLLM("trtllm", "trtllm_"),
  LLAMACPP("llamacpp", "llamacpp:"),
  /** It has no page. */
  OLLAMA("ollama"),
  /** Another one, whose page, if it has one, is passed on and not understood. */
  GENERIC("generic");

  private final String label;

  @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
  private final List<String> prefixes;

  Engine(String label, String... prefixes) {
    this.label = label;
    this.prefixes = List.of(prefixes);
  }

  public String label() {
    return label;
  }

  /** Null for a word that is none of theirs. */
  public static @Nullable Engine of(String label) {
    for (Engine each : values()) {
      if (each.label.equals(label)) {
        return each;
      }
    }
    return null;
  }

  /**
   * Whose page it is, by the names on it. Triton goes first: a backend of it may show the names of
   * the engine that it wraps.
   */
  static Engine ofPage(EnginePage page) {
    for (Engine each : new Engine[] {TRITON, VLLM, SGLANG, TGI, TRTLLM, LLAMACPP}) {
      for (Family family : page.families()) {
        if (each.names(family.name())) {
          return each;
        }
      }
    }
    return GENERIC;
  }

  private boolean names(String family) {
    for (String prefix : prefixes) {
      if (family.startsWith(prefix) || family.startsWith(EnginePage.escaped(prefix))) {
        return true;
      }
    }
    return false;
  }
}
