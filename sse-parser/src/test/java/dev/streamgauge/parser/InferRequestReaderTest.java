package dev.streamgauge.parser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InferRequestReaderTest {
  private static final String PATH = "/inference.GRPCInferenceService/ModelStreamInfer";

  /** Two requests as Triton's Python client 2.51 writes them, one with all that it may have. */
  private static final String TWO =
      """
      message
      1: "tinylm"
      3: "job-1"
      4 {
        1: "triton_enable_empty_final_response"
        2 {
          1: 1
        }
      }
      5 {
        1: "text_input"
        2: "BYTES"
      }
      7: strings "hi"
      message
      1: "tinylm"
      3: "2"
      """;

  @Test
  void aRequestIsToldByItsIdAtItsLastByteWhereverItIsCut() throws IOException {
    byte[] bytes = GrpcText.bytes(TWO.lines().toList());
    assertThat(read(null, bytes)).containsExactly("job-1 final", "2");
    for (int cut = 1; cut < bytes.length; cut++) {
      byte[] first = Arrays.copyOf(bytes, cut);
      byte[] second = Arrays.copyOfRange(bytes, cut, bytes.length);
      assertThat(read(null, first, second)).containsExactly("job-1 final", "2");
      assertThat(read(null, first)).hasSize(cut < bytes.length - 16 ? 0 : 1);
    }
    byte[][] single = new byte[bytes.length][];
    Arrays.setAll(single, i -> new byte[] {bytes[i]});
    assertThat(read(null, single)).containsExactly("job-1 final", "2");
  }

  @Test
  void aRequestWithoutAnIdIsToldToo() throws IOException {
    assertThat(read(null, GrpcText.bytes(List.of("message", "1: \"tinylm\"")))).containsExactly("");
    assertThat(read(null, new byte[5])).containsExactly("");
  }

  @Test
  void aLargeRequestIsKnownByItsBeginning() throws IOException {
    byte[] large = new byte[300_000];
    byte[] head = GrpcText.bytes(List.of("message", "1: \"tinylm\"", "3: \"x\""));
    byte[] raw = message(0, joined(body(head), field(7, large)));
    byte[] noId = message(0, joined(body(named("tinylm")), field(7, large)));
    byte[] small = GrpcText.bytes(List.of("message", "3: \"y\""));
    assertThat(read(null, joined(raw, noId, small))).containsExactly("x", "", "y");
    assertThat(read(null, joined(raw, noId, small), 1000)).containsExactly("x", "", "y");
  }

  @Test
  void aRequestWhoseIdIsNotFoundIsNotTold() throws IOException {
    byte[] longModel = message(0, joined(field(1, new byte[2000]), field(3, new byte[] {'x'})));
    byte[] broken = message(0, new byte[] {0x0a, 0x7f, 'x'});
    byte[] next = GrpcText.bytes(List.of("message", "3: \"y\""));
    assertThat(read(null, joined(longModel, broken, next))).containsExactly("y");
  }

  @Test
  void ofALongIdTheFirst128BytesCount() throws IOException {
    byte[] id = new byte[500];
    Arrays.fill(id, (byte) 'i');
    assertThat(read(null, message(0, field(3, id)))).containsExactly("i".repeat(128));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "deflate"})
  void aCompressedRequestIsReadAsACopy(String encoding) throws IOException {
    byte[] head = body(GrpcText.bytes(List.of("message", "1: \"tinylm\"", "3: \"x\"")));
    byte[] small = message(1, compressed(encoding, head));
    byte[] large = message(1, compressed(encoding, joined(head, field(7, new byte[500_000]))));
    byte[] plain = GrpcText.bytes(List.of("message", "3: \"y\""));
    assertThat(read(encoding, joined(small, large, plain))).containsExactly("x", "x", "y");
    assertThat(read(encoding, joined(small, large, plain), 7)).containsExactly("x", "x", "y");
  }

  @Test
  void anIdThatIsANumberIsNoneAndNotWhatStandsWhereAnEarlierOneStood() throws IOException {
    byte[] large = message(0, field(7, new byte[2000]));
    byte[] named = GrpcText.bytes(List.of("message", "3: \"x\""));
    byte[] number = message(1, compressed("gzip", new byte[] {3 << 3, 7}));
    assertThat(read("gzip", joined(large, named, number))).containsExactly("", "x", "");
  }

  @Test
  void whatCantBeInflatedIsNotToldAndWhatFollowsIs() throws IOException {
    byte[] coded = message(1, compressed("gzip", body(named("tinylm"))));
    byte[] broken = message(1, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 7, 7, 7});
    byte[] next = GrpcText.bytes(List.of("message", "3: \"y\""));
    assertThat(read("zstd", joined(coded, next))).containsExactly("y");
    assertThat(read(null, joined(coded, next))).containsExactly("y");
    assertThat(read("gzip", joined(broken, message(1, new byte[0]), next))).containsExactly("y");
  }

  @Test
  void callsOfOneRequestHaveNoReader() {
    for (String path :
        List.of(
            "/inference.GRPCInferenceService/ModelInfer",
            "/vllm.grpc.engine.VllmEngine/Generate",
            "/a.B/C")) {
      assertThat(InferRequestReader.open(path, null, (_, _, _, _) -> {})).isNull();
    }
  }

  @Test
  void requestsCutAnywhereAllocateNothing() throws IOException {
    byte[] bytes = GrpcText.bytes(TWO.lines().toList());
    int[] told = new int[1];
    InferRequestReader reader = open(null, (_, _, _, _) -> told[0]++);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        reader.read(bytes, 0, 20);
        reader.read(bytes, 20, bytes.length);
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(told[0]).isEqualTo(40_000);
    assertThat(least).isLessThan(1000);
  }

  @Test
  void aCallsFirstMessageSaysItsModelOrWhetherItStreams() throws IOException {
    assertThat(facts(PATH, "1: \"tinylm\"").model()).isEqualTo("tinylm");
    assertThat(facts(PATH, "1: \"tinylm\"").stream()).isNull();
    String vllm = "/vllm.grpc.engine.VllmEngine/Generate";
    assertThat(facts(vllm, "1: \"id\"", "5: 1").stream()).isTrue();
    assertThat(facts(vllm, "1: \"id\"").stream()).isFalse();
    assertThat(facts(vllm, "1: \"id\"").model()).isNull();
    assertThat(facts("/sglang.grpc.scheduler.SglangScheduler/Generate", "17: 1").stream()).isTrue();
    assertThat(facts("/trtllm.TrtllmService/Generate", "6: 1").stream()).isTrue();
  }

  @Test
  void aMessageThatIsCutOffOrCompressedSaysWhatStandsAheadOfTheCut() throws IOException {
    String vllm = "/vllm.grpc.engine.VllmEngine/Generate";
    byte[] bytes = GrpcText.bytes(List.of("message", "1: \"id\"", "5: 1"));
    for (int end = 0; end < bytes.length; end++) {
      assertThat(RequestReader.read("POST", vllm, bytes, 0, end).stream()).isNull();
    }
    byte[] coded = GrpcText.bytes(List.of("message gzip", "1: \"tinylm\""));
    RequestFacts facts = RequestReader.read("POST", PATH, coded, 0, coded.length);
    assertThat(facts.model()).isNull();
    assertThat(facts.operation()).isEqualTo(Operation.INFER);
    assertThat(facts.asksForStream()).isTrue();
  }

  private static RequestFacts facts(String path, String... fields) throws IOException {
    List<String> lines = new ArrayList<>(List.of("message"));
    lines.addAll(List.of(fields));
    byte[] bytes = GrpcText.bytes(lines);
    return RequestReader.read("POST", path, bytes, 0, bytes.length);
  }

  private static List<String> read(@Nullable String encoding, byte[] bytes, int each) {
    byte[][] pieces = new byte[(bytes.length + each - 1) / each][];
    Arrays.setAll(
        pieces, i -> Arrays.copyOfRange(bytes, i * each, Math.min(bytes.length, (i + 1) * each)));
    return read(encoding, pieces);
  }

  private static List<String> read(@Nullable String encoding, byte[]... pieces) {
    List<String> told = new ArrayList<>();
    InferRequestReader reader =
        open(
            encoding,
            (bytes, start, end, asksForFinal) ->
                told.add(
                    new String(bytes, start, end - start, StandardCharsets.UTF_8)
                        + (asksForFinal ? " final" : "")));
    for (byte[] piece : pieces) {
      reader.read(piece, 0, piece.length);
    }
    assertThat(reader.thrown()).isNull();
    return told;
  }

  private static InferRequestReader open(
      @Nullable String encoding, InferRequestReader.Requests requests) {
    InferRequestReader reader = InferRequestReader.open(PATH, encoding, requests);
    if (reader == null) {
      throw new IllegalStateException(PATH);
    }
    return reader;
  }

  private static byte[] named(String model) throws IOException {
    return GrpcText.bytes(List.of("message", "1: \"" + model + "\""));
  }

  private static byte[] body(byte[] message) {
    return Arrays.copyOfRange(message, 5, message.length);
  }

  private static byte[] message(int flag, byte[] body) {
    int length = body.length;
    byte[] prefix = {
      (byte) flag, (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
    };
    return joined(prefix, body);
  }

  private static byte[] field(int number, byte[] value) {
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    field.write((number << 3) | 2);
    int length = value.length;
    while (length > 0x7F) {
      field.write((length & 0x7F) | 0x80);
      length >>>= 7;
    }
    field.write(length);
    field.writeBytes(value);
    return field.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] compressed(String encoding, byte[] body) throws IOException {
    ByteArrayOutputStream coded = new ByteArrayOutputStream();
    try (DeflaterOutputStream out =
        encoding.equals("gzip")
            ? new GZIPOutputStream(coded)
            : new DeflaterOutputStream(coded, new Deflater())) {
      out.write(body);
    }
    return coded.toByteArray();
  }
}
