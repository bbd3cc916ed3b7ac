package dev.streamgauge.cluster.inject;

import dev.streamgauge.cluster.inject.EngineFacts.Ports;
import dev.streamgauge.cluster.inject.Settings.Protocol;
import dev.streamgauge.config.Labelled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Model servers whose start is known; what is known stands in {@link EngineFacts}. */
enum Engine implements Labelled {
  VLLM("vllm"),
  SGLANG("sglang"),
  TGI("tgi"),
  LLAMACPP("llamacpp"),
  OLLAMA("ollama"),
  TRITON("triton"),
  MLSERVER("mlserver"),
  TRTLLM("trtllm"),
  /** Any other, by {@code port-argument} or {@code port-variable}. */
  GENERIC("generic");

  /** The port of TGI's image, which sets {@code PORT=80}. */
  private static final int TGI_IMAGE_PORT = 80;

  /** Of TensorRT-LLM's backend; it writes options with underscores. */
  private static final String TRITON_SCRIPT = "launch_triton_server.py";

  private final String label;

  Engine(String label) {
    this.label = label;
  }

  @Override
  public String label() {
    return label;
  }

  /** The value of proxy's {@code --engine}; null where it knows no such page of metrics. */
  @Nullable String proxyEngine() {
    return this == MLSERVER || this == GENERIC ? null : label;
  }

  EngineFacts.Start start() {
    return EngineFacts.of(this).start();
  }

  List<String> tlsFlags() {
    return EngineFacts.of(this).tlsFlags();
  }

  /** clap, of TGI, takes an option that is there twice for an error; argparse takes the last. */
  boolean refusesRepeats() {
    return this == TGI;
  }

  /** Where it listens if nobody says so, where that is known whatever the image. */
  @Nullable String hostByDefault() {
    return this == SGLANG || this == TRTLLM ? "127.0.0.1" : null;
  }

  /** How the port of a protocol is set. */
  Ports ports(Protocol protocol, Container container) {
    Ports http = EngineFacts.of(this).http();
    Ports grpc = EngineFacts.of(this).grpc();
    Ports ports = protocol == Protocol.HTTP || grpc == null ? http : grpc;
    boolean scripted =
        container.words().stream().anyMatch(word -> word.text().contains(TRITON_SCRIPT));
    if (this == TRITON && scripted) {
      return ports.withLastFlagFirst();
    }
    return this == TGI && Images.is(TGI, container.image()) ? ports.at(TGI_IMAGE_PORT) : ports;
  }

  /** The port of the other protocol, which passes by unmeasured; null where there is none. */
  @Nullable Integer otherPort(Protocol protocol) {
    Ports grpc = EngineFacts.of(this).grpc();
    if (grpc == null || (this != TRITON && this != MLSERVER)) {
      return null;
    }
    return protocol == Protocol.HTTP ? grpc.port() : EngineFacts.of(this).http().port();
  }
}
