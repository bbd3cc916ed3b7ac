package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.parser.UsageRemoval;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a server sends when asked for usage becomes what it sends when not, framing included. The
 * pairs are shaped as the servers named in them answer with and without {@code include_usage}.
 */
class UsageCutTest {
  private static final int HELD_BYTES_MAX = 512;
  private static final String DONE = "data: [DONE]\n\n";

  /** The chunks that come when asked, and those that come when not. */
  record Pair(String engine, List<String> asked, List<String> plain, UsageRemoval result) {
    @Override
    public String toString() {
      return engine;
    }
  }

  static List<Pair> pairs() {
    String first =
        "data: {\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":null}]}\n\n";
    String finish =
        "data: {\"id\":\"c\",\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]%s}\n\n";
    String usage = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":7}%s}\n\n";
    String print = ",\"system_fingerprint\":\"vllm-0.32.0-ed\"";
    String timings = ",\"timings\":{\"cache_n\":22,\"prompt_ms\":[0.83]}";
    String sglang =
        "data: {\"choices\":[{\"text\":\"x\",\"finish_reason\":%s,\"matched_stop\":null}],\"usage\":null}\n\n";
    String nulls = "data: {\"choices\":[{\"text\":\"x\",\"finish_reason\":%s}]%s}\n\n";
    String own =
        "data: {\"choices\":[{\"text\":\"x\",\"finish_reason\":\"stop\"}],\"usage\":{\"n\":1}}\n\n";
    String ollama = ",\"system_fingerprint\":\"fp_ollama\"";
    String zeros = ",\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}";
    String spaced = ", \"usage\": null";
    String token =
        "data:{\"index\":1,\"token\":{\"id\":2,\"text\":\"x\"},\"generated_text\":%s,\"details\":%s}\n\n";
    String going = token.formatted("null", "null");
    String last = token.formatted("\"x\\\"details\\\":{\"", "%s");
    String details = "{\"finish_reason\":\"length\",\"generated_tokens\":2,\"seed\":null}";
    return List.of(
        removed(
            "TGI 3.3.7",
            List.of(going, ":\n\n", last.formatted(details)),
            List.of(going, ":\n\n", last.formatted("null"))),
        removed(
            "TGI, two events in one chunk, an event over three",
            List.of(
                going + last.formatted(details).substring(0, 80),
                last.formatted(details).substring(80, 130),
                last.formatted(details).substring(130)),
            List.of(
                going + last.formatted("null").substring(0, 80),
                last.formatted("null").substring(80, 92),
                "}\n\n")),
        same("TGI, an error", List.of(going, "data:{\"error\":\"e\"}\n\n"), UsageRemoval.ABSENT),
        removed(
            "vLLM 0.32.0",
            List.of(first, finish.formatted(""), usage.formatted(print), DONE),
            List.of(first, finish.formatted(print), DONE)),
        removed(
            "llama.cpp, two events in one chunk",
            List.of(first + first, finish.formatted("") + usage.formatted(timings), DONE),
            List.of(first + first, finish.formatted(timings), DONE)),
        removed(
            "Ollama 0.17.4, the end marker in the same chunk",
            List.of(first, finish.formatted("") + usage.formatted("") + DONE),
            List.of(first, finish.formatted("") + DONE)),
        removed(
            "Ollama 0.17.4, completions: zeros while the answer goes on",
            List.of(
                nulls.formatted("null", ollama + zeros),
                nulls.formatted("\"stop\"", ollama + zeros),
                usage.formatted(ollama) + DONE),
            List.of(nulls.formatted("null", ollama), nulls.formatted("\"stop\"", ollama), DONE)),
        same(
            "zeros of a server that is not Ollama are its own",
            List.of(nulls.formatted("\"stop\"", zeros), usage.formatted(""), DONE),
            UsageRemoval.UNASKED),
        removed(
            "SGLang 0.5.23, usage null whether asked or not",
            List.of(
                sglang.formatted("null"), sglang.formatted("\"stop\""), usage.formatted(""), DONE),
            List.of(sglang.formatted("null"), sglang.formatted("\"stop\""), DONE)),
        removed(
            "usage null because asked",
            List.of(
                nulls.formatted("null", ",\"usage\":null"),
                nulls.formatted("null", spaced),
                nulls.formatted("\"stop\"", ",\"usage\":null"),
                usage.formatted(print),
                DONE),
            List.of(
                nulls.formatted("null", ""),
                nulls.formatted("null", ""),
                nulls.formatted("\"stop\"", print),
                DONE)),
        removed(
            "an event over three chunks, comments between",
            List.of(
                ": ping\n\n" + first.substring(0, 9),
                first.substring(9),
                ": ping\n\n",
                finish.formatted("") + usage.formatted("").substring(0, 20),
                usage.formatted("").substring(20, 40),
                usage.formatted("").substring(40) + DONE),
            List.of(
                ": ping\n\n" + first.substring(0, 9),
                first.substring(9),
                ": ping\n\n",
                finish.formatted(""),
                DONE)),
        removed(
            "CRLF",
            List.of(
                crlf(first), crlf(finish.formatted("")), crlf(usage.formatted(print)), crlf(DONE)),
            List.of(crlf(first), crlf(finish.formatted(print)), crlf(DONE))),
        removed(
            "CR",
            List.of(cr(first), cr(finish.formatted("")), cr(usage.formatted(print)), cr(DONE)),
            List.of(cr(first), cr(finish.formatted(print)), cr(DONE))),
        removed(
            "no empty line behind the last",
            List.of(first, usage.formatted("").stripTrailing()),
            List.of(first)),
        same("no usage at all", List.of(first, finish.formatted(""), DONE), UsageRemoval.ABSENT),
        same("llama.cpp completions", List.of(first, own, DONE), UsageRemoval.UNASKED),
        same("forced usage", List.of(own, usage.formatted(""), DONE), UsageRemoval.UNASKED),
        same(
            "an error",
            List.of(first, "data: {\"error\":{\"code\":400}}\n\n"),
            UsageRemoval.ABSENT),
        same(
            "no JSON",
            List.of("data: {\n\n", "\n\n", "id: 1\ndata: x\ndata: y\n\n"),
            UsageRemoval.ABSENT),
        same(
            "an event above the limit",
            List.of("data: \"" + "x".repeat(3 * HELD_BYTES_MAX) + "\"\n\n", first, DONE),
            UsageRemoval.UNREADABLE),
        removed(
            "usage behind an event above the limit",
            List.of("data: " + "x".repeat(2 * HELD_BYTES_MAX) + "\n\n", usage.formatted(""), DONE),
            List.of("data: " + "x".repeat(2 * HELD_BYTES_MAX) + "\n\n", DONE)));
  }

  private static Pair removed(String engine, List<String> asked, List<String> plain) {
    return new Pair(engine, asked, plain, UsageRemoval.REMOVED);
  }

  private static Pair same(String engine, List<String> chunks, UsageRemoval result) {
    return new Pair(engine, chunks, chunks, result);
  }

  private static String crlf(String text) {
    return text.replace("\n", "\r\n");
  }

  private static String cr(String text) {
    return text.replace('\n', '\r');
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theClientSeesWhatItWouldHaveSeenWhereverReadsAreCut(Pair pair) {
    for (HeldBody.Form form : HeldBody.Form.values()) {
      String asked = wire(form, pair.asked);
      String plain = form == HeldBody.Form.CHUNKED ? wire(form, pair.plain) : join(pair.plain);
      for (int cut = 0; cut < asked.length(); cut++) {
        assertThat(relayed(form, asked, cut, pair.result))
            .as("%s cut at %d", form, cut)
            .isEqualTo(plain);
      }
      assertThat(relayed(form, asked, -1, pair.result))
          .as("%s byte by byte", form)
          .isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void whatIsNoUsageAndHasNoFinishReasonWaitsForNothing(Pair pair) {
    UsageCut cut = new UsageCut(HeldBody.Form.CHUNKED, HELD_BYTES_MAX, Unpooled.buffer());
    for (String chunk : pair.plain) {
      boolean waits = chunk.contains("\"finish_reason\":\"stop\"") || !chunk.endsWith("\n");
      feed(cut, wire(HeldBody.Form.CHUNKED, List.of(chunk)).replace("0\r\n\r\n", ""));
      if (!waits && !chunk.contains("\r")) {
        assertThat(cut.out().toString(StandardCharsets.ISO_8859_1))
            .as(chunk)
            .endsWith(chunk + "\r\n");
      }
    }
    var _ = cut.out().release();
  }

  private static String relayed(HeldBody.Form form, String wire, int cutAt, UsageRemoval result) {
    UsageCut cut = new UsageCut(form, HELD_BYTES_MAX, Unpooled.buffer());
    if (cutAt < 0) {
      wire.chars().forEach(b -> feed(cut, String.valueOf((char) b)));
    } else {
      feed(cut, wire.substring(0, cutAt));
      feed(cut, wire.substring(cutAt));
    }
    cut.end();
    // An event above the limit is read all the same where one read brought it whole.
    boolean byChance = result == UsageRemoval.UNREADABLE && cut.result() == UsageRemoval.ABSENT;
    assertThat(byChance || cut.result() == result).as(cut.result() + " for " + result).isTrue();
    String out = cut.out().toString(StandardCharsets.ISO_8859_1);
    var _ = cut.out().release();
    return out;
  }

  private static void feed(UsageCut cut, String bytes) {
    ByteBuf read = Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1);
    cut.read(read, 0, read.readableBytes());
    var _ = read.release();
  }

  private static String join(List<String> chunks) {
    return String.join("", chunks);
  }

  private static String wire(HeldBody.Form form, List<String> chunks) {
    if (form == HeldBody.Form.PLAIN) {
      return join(chunks);
    }
    StringBuilder wire = new StringBuilder();
    for (String chunk : chunks) {
      wire.append(Integer.toHexString(chunk.length()));
      wire.append(";x=1\r\n").append(chunk).append("\r\n");
    }
    return wire.append("0\r\n\r\n").toString();
  }
}
