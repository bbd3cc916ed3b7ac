package dev.streamgauge.cluster.inject;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How one kind of model server is recognized, and by which words and variables it takes its port.
 * After the servers' documentation and source of late 2026; docs/injection.md has the table.
 *
 * @param grpc null where the port is set as for HTTP
 * @param tlsFlags options that make it speak TLS
 */
record EngineFacts(Start start, Ports http, @Nullable Ports grpc, List<String> tlsFlags) {

  private static final List<String> PORT = List.of("--port");
  private static final List<String> HOST = List.of("--host");
  private static final List<String> UVICORN_TLS = List.of("--ssl-keyfile", "--ssl-certfile");

  private static final EngineFacts VLLM =
      new EngineFacts(
          new Start(
              Set.of("vllm"),
              "serve",
              Set.of(
                  "vllm.entrypoints.openai.api_server",
                  "vllm.entrypoints.api_server",
                  "vllm.entrypoints.grpc_server")),
          Ports.byOption(PORT, HOST, 8000),
          Ports.byOption(PORT, HOST, 50_051),
          UVICORN_TLS);

  private static final EngineFacts SGLANG =
      new EngineFacts(
          new Start(Set.of("sglang"), "serve", Set.of("sglang.launch_server")),
          Ports.byOption(PORT, HOST, 30_000),
          null,
          UVICORN_TLS);

  private static final EngineFacts TGI =
      new EngineFacts(
          new Start(Set.of("text-generation-launcher"), null, Set.of()),
          new Ports(List.of("--port", "-p"), List.of("--hostname"), "PORT", null, 3000),
          null,
          List.of());

  private static final EngineFacts LLAMACPP =
      new EngineFacts(
          new Start(Set.of("llama-server"), null, Set.of()),
          new Ports(PORT, HOST, "LLAMA_ARG_PORT", "LLAMA_ARG_HOST", 8080),
          null,
          List.of("--ssl-key-file", "--ssl-cert-file"));

  /** One variable holds address and port; there is no option. */
  private static final EngineFacts OLLAMA =
      new EngineFacts(
          new Start(Set.of("ollama"), "serve", Set.of()),
          new Ports(List.of(), List.of(), "OLLAMA_HOST", "OLLAMA_HOST", 11_434),
          null,
          List.of());

  private static final EngineFacts TRITON =
      new EngineFacts(
          new Start(Set.of("tritonserver", "launch_triton_server.py"), null, Set.of()),
          Ports.byOption(List.of("--http-port", "--http_port"), List.of("--http-address"), 8000),
          Ports.byOption(List.of("--grpc-port", "--grpc_port"), List.of("--grpc-address"), 8001),
          List.of());

  private static final EngineFacts MLSERVER =
      new EngineFacts(
          new Start(Set.of("mlserver"), "start", Set.of()),
          new Ports(List.of(), List.of(), "MLSERVER_HTTP_PORT", "MLSERVER_HOST", 8080),
          new Ports(List.of(), List.of(), "MLSERVER_GRPC_PORT", "MLSERVER_HOST", 8081),
          List.of());

  private static final EngineFacts TRTLLM =
      new EngineFacts(
          new Start(Set.of("trtllm-serve"), null, Set.of("tensorrt_llm.commands.serve")),
          Ports.byOption(PORT, HOST, 8000),
          null,
          List.of());

  private static final EngineFacts GENERIC =
      new EngineFacts(
          new Start(Set.of(), null, Set.of()),
          new Ports(List.of(), List.of(), null, null, 0),
          null,
          List.of());

  static EngineFacts of(Engine engine) {
    return switch (engine) {
      case VLLM -> VLLM;
      case SGLANG -> SGLANG;
      case TGI -> TGI;
      case LLAMACPP -> LLAMACPP;
      case OLLAMA -> OLLAMA;
      case TRITON -> TRITON;
      case MLSERVER -> MLSERVER;
      case TRTLLM -> TRTLLM;
      case GENERIC -> GENERIC;
    };
  }

  /**
   * The words by which a start is known.
   *
   * @param programs names of programs, without folders
   * @param subcommand what has to follow; null for nothing
   * @param modules of Python, behind {@code -m}
   */
  record Start(Set<String> programs, @Nullable String subcommand, Set<String> modules) {

    /** Where the server's own arguments begin in a command; -1 where it is not started there. */
    int argumentsAt(List<String> words) {
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        boolean more = i + 1 < words.size();
        if (programs.contains(baseName(word))) {
          if (subcommand == null) {
            // trtllm-serve's other commands take their ports from a file
            boolean other = more && words.get(i + 1).startsWith("disaggregated");
            return other ? -1 : i + 1;
          }
          if (more && words.get(i + 1).equals(subcommand)) {
            return i + 2;
          }
        }
        if (word.equals("-m") && more && modules.contains(words.get(i + 1))) {
          return i + 2;
        }
      }
      return -1;
    }

    private static String baseName(String word) {
      return word.substring(word.lastIndexOf('/') + 1);
    }
  }

  /**
   * How the server is told where to listen.
   *
   * @param port where it listens if nobody says so; 0 where that is not known
   */
  record Ports(
      List<String> portFlags,
      List<String> hostFlags,
      @Nullable String portVariable,
      @Nullable String hostVariable,
      int port) {

    static Ports byOption(List<String> portFlags, List<String> hostFlags, int port) {
      return new Ports(portFlags, hostFlags, null, null, port);
    }

    /** Of several spellings the last one is added where there is none. */
    Ports withLastFlagFirst() {
      return new Ports(portFlags.reversed(), hostFlags, portVariable, hostVariable, port);
    }

    Ports at(int other) {
      return new Ports(portFlags, hostFlags, portVariable, hostVariable, other);
    }

    /** Address and port are one value. */
    boolean inOne() {
      return portVariable != null && portVariable.equals(hostVariable);
    }
  }
}
