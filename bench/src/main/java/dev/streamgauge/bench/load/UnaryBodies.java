package dev.streamgauge.bench.load;

/** A chat that is not streamed, 2 KB each way, as OpenAI's API words it. */
public final class UnaryBodies {
  static final int BYTES = 2048;

  public static final String REQUEST =
      padded(
          "{\"model\":\"bench\",\"stream\":false,\"max_tokens\":512,\"messages\":"
              + "[{\"role\":\"user\",\"content\":\"",
          "\"}]}");
  public static final String ANSWER =
      padded(
          "{\"id\":\"chatcmpl-5d3c0a7e9b1f4c62a8d0e4f7b6c5a391\",\"object\":\"chat.completion\","
              + "\"created\":1795510800,\"model\":\"bench\",\"choices\":[{\"index\":0,\"message\":"
              + "{\"role\":\"assistant\",\"content\":\"",
          "\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":410,"
              + "\"total_tokens\":800,\"completion_tokens\":390}}");

  private UnaryBodies() {}

  private static String padded(String before, String behind) {
    String words = "The river is wide here and slow. ".repeat(BYTES / 32);
    return before + words.substring(0, BYTES - before.length() - behind.length()) + behind;
  }
}
