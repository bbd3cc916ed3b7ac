package dev.streamgauge.config;

import java.time.Duration;
import java.util.List;

/**
 * The model server's own metrics, and those that stand for it.
 *
 * @param pages where they may be; the first that has them counts; none: they are not asked for
 * @param timeout longest wait for one answer, all together
 * @param pageBytesMax a larger page is not read
 * @param readyWhenSaturated whether it stays ready while the queue's limit is reached
 */
public record EngineSettings(
    EngineChoice choice,
    List<EnginePageAddress> pages,
    Duration interval,
    Duration timeout,
    int pageBytesMax,
    Mirror mirror,
    OrcaHeaders orcaHeaders,
    boolean readyWhenSaturated) {

  /** What the model server is. */
  public enum EngineChoice implements Labelled {
    /** Decided from its page of metrics. */
    AUTO("auto"),
    VLLM("vllm"),
    SGLANG("sglang"),
    TGI("tgi"),
    TRITON("triton"),
    TRTLLM("trtllm"),
    LLAMACPP("llamacpp"),
    OLLAMA("ollama"),
    GENERIC("generic");

    private final String label;

    EngineChoice(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** Whose names our figures are published under, too. */
  public enum Mirror implements Labelled {
    OFF("off"),
    VLLM("vllm");

    private final String label;

    Mirror(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }

  /** Which answers to inference bear a load report, and in which of ORCA's formats. */
  public enum OrcaHeaders implements Labelled {
    OFF("off"),
    TEXT("text"),
    JSON("json"),
    /** Those to requests that name a format. */
    ASKED("asked");

    private final String label;

    OrcaHeaders(String label) {
      this.label = label;
    }

    @Override
    public String label() {
      return label;
    }
  }
}
