import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Writes an access log as the proxy would, of a day with a wave of load over three models, each with
 * a number of slots and a queue in front of them: {@code java GenerateLog.java LINES [SEED]
 * [SLOWER]}. The same arguments give the same bytes. SLOWER, such as 1.1, stretches prefill. Among
 * them are health checks, answers that are not streamed, pieces of four tokens, and requests that
 * name no model: not each figure is of each line.
 */
final class GenerateLog {
  private static final long START_MILLIS = Instant.parse("2026-11-24T00:00:00Z").toEpochMilli();
  private static final double DAY_SECONDS = 86_400;
  private static final String[] SLOW = {"prefill", "gate_queue", "engine_queue", "unknown"};

  private enum Model {
    SMALL("llama-3.1-8b-instruct", 0.55, 0.09, 0.008, 180),
    LARGE("qwen2.5-72b-instruct", 0.35, 0.35, 0.030, 260),
    CODE("codestral-22b", 0.10, 0.18, 0.016, 420);

    final String label;
    final double share;
    final double prefillSeconds;
    final double tokenSeconds;
    final double tokens;
    final ArrayDeque<Request> waiting = new ArrayDeque<>();
    int running;
    int slots;

    Model(String label, double share, double prefillSeconds, double tokenSeconds, double tokens) {
      this.label = label;
      this.share = share;
      this.prefillSeconds = prefillSeconds;
      this.tokenSeconds = tokenSeconds;
      this.tokens = tokens;
    }

    double seconds() {
      return prefillSeconds * 1.3 + tokens * 1.2 * tokenSeconds;
    }
  }

  private static final class Request {
    Model model;
    long number;
    double at;
    double queued;
    double prefill;
    double generation;
    double end;
    long tokens;
    long input;
    double gap;
    int fate;

    boolean check() {
      return number % 250 == 7;
    }

    boolean streamed() {
      return number % 16 != 5;
    }

    long pieces() {
      return number % 10 == 3 ? (tokens + 3) / 4 : tokens;
    }
  }

  private final SplittableRandom random;
  private final double slower;
  private final OutputStream out = new BufferedOutputStream(System.out, 1 << 16);
  private final PriorityQueue<Request> running =
      new PriorityQueue<>((a, b) -> Double.compare(a.end, b.end));
  private final StringBuilder line = new StringBuilder(1024);

  private GenerateLog(long seed, double slower) {
    random = new SplittableRandom(seed);
    this.slower = slower;
  }

  public static void main(String[] args) throws IOException {
    long lines = Long.parseLong(args[0]);
    long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
    double slower = args.length > 2 ? Double.parseDouble(args[2]) : 1;
    new GenerateLog(seed, slower).write(lines);
  }

  private void write(long lines) throws IOException {
    double perSecond = lines / DAY_SECONDS;
    for (Model model : Model.values()) {
      // enough for the mean load, but not for the top of the wave, where a queue builds up
      model.slots = (int) Math.ceil(perSecond * model.share * model.seconds() * 2.45) + 1;
    }
    double now = 0;
    for (long i = 0; i < lines; i++) {
      double wave = 1 + 0.45 * Math.sin(2 * Math.PI * (now / DAY_SECONDS - 0.3));
      now += random.nextExponential() / (perSecond * wave);
      endUntil(now);
      arrive(i, now);
    }
    endUntil(Double.MAX_VALUE);
    out.flush();
  }

  private void arrive(long number, double now) throws IOException {
    Request request = new Request();
    request.number = number;
    request.at = now;
    if (request.check()) {
      printCheck(request);
      return;
    }
    request.model = model();
    request.fate = random.nextInt(1000);
    request.input = 20 + (long) Math.exp(5.5 + 1.1 * random.nextGaussian());
    request.tokens = 1 + (long) (request.model.tokens * Math.exp(0.6 * random.nextGaussian()));
    Model model = request.model;
    if (model.running < model.slots) {
      start(request, now);
    } else if (model.waiting.size() < 10 * model.slots) {
      model.waiting.add(request);
    } else {
      request.end = now + 0.0002;
      request.fate = -1;
      print(request);
    }
  }

  private Model model() {
    double at = random.nextDouble();
    for (Model model : Model.values()) {
      at -= model.share;
      if (at < 0) {
        return model;
      }
    }
    return Model.SMALL;
  }

  private void start(Request request, double now) {
    Model model = request.model;
    double busy = 1 + 0.8 * Math.pow((double) model.running / model.slots, 3);
    model.running++;
    request.queued = now - request.at;
    request.prefill =
        slower * busy * model.prefillSeconds * Math.exp(0.5 * random.nextGaussian())
            * (0.5 + request.input / 600.0);
    request.gap = busy * model.tokenSeconds * Math.exp(0.15 * random.nextGaussian());
    request.generation = request.gap * (request.tokens - 1);
    if (request.fate < 6) {
      request.generation *= random.nextDouble();
    }
    request.end = now + request.prefill + request.generation + 0.0003;
    running.add(request);
  }

  private void endUntil(double now) throws IOException {
    while (!running.isEmpty() && running.element().end <= now) {
      Request ended = running.remove();
      Model model = ended.model;
      model.running--;
      print(ended);
      if (!model.waiting.isEmpty()) {
        start(model.waiting.remove(), ended.end);
      }
    }
  }

  private void print(Request r) throws IOException {
    line.setLength(0);
    boolean refused = r.fate < 0;
    boolean failed = r.fate >= 6 && r.fate < 12;
    boolean left = r.fate >= 0 && r.fate < 6;
    boolean tokens = !refused && !failed;
    String id = id(r);
    line.append("{\"time\":\"").append(moment(r.at)).append("\",\"request_id\":\"").append(id);
    line.append("\",\"trace_id\":\"").append(id).append(id).append("\",\"span_id\":\"").append(id);
    line.append("\",\"method\":\"POST\",\"path\":\"/v1/chat/completions\",\"protocol\":\"http/1.1\"");
    line.append(",\"dialect\":\"openai_chat\",\"operation\":\"chat\"");
    if (r.number % 500 != 11) {
      line.append(",\"model\":\"").append(r.model.label).append('"');
    }
    line.append(",\"stream\":").append(r.streamed()).append(",\"status\":");
    line.append(refused ? "503" : failed ? "500" : "200").append(",\"outcome\":\"");
    line.append(refused ? "policy_queue_full" : failed ? "upstream_error" : left ? "caller_disconnect" : "ok");
    line.append('"');
    if (tokens && !left) {
      line.append(",\"finish_reason\":\"stop\"");
    }
    double first = r.queued + r.prefill;
    double duration = failed ? r.queued + r.prefill / 2 : r.end - r.at;
    millis("queue_ms", r.queued);
    if (tokens) {
      millis("headers_ms", r.queued + Math.min(r.prefill, 0.004));
      millis("ttfb_ms", first);
    }
    if (tokens && r.streamed()) {
      millis("ttft_ms", first);
      millis("ttfa_ms", first);
      millis("last_token_ms", first + r.generation);
    }
    millis("duration_ms", duration);
    if (tokens) {
      pace(r, left);
      if (first > 2 && r.streamed()) {
        line.append(",\"slow_because\":\"").append(SLOW[(int) (r.number & 3)]).append('"');
      }
    }
    line.append(",\"pod\":\"llm-").append(r.number % 4).append("\",\"namespace\":\"models\"}\n");
    out.write(line.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private void printCheck(Request r) throws IOException {
    line.setLength(0);
    line.append("{\"time\":\"").append(moment(r.at)).append("\",\"request_id\":\"").append(id(r));
    line.append("\",\"method\":\"GET\",\"path\":\"/health\",\"protocol\":\"http/1.1\"");
    line.append(",\"dialect\":\"unknown\",\"operation\":\"other\",\"stream\":false,\"status\":200");
    line.append(",\"outcome\":\"ok\",\"queue_ms\":0.000,\"headers_ms\":0.914,\"ttfb_ms\":0.914");
    line.append(",\"duration_ms\":1.207,\"request_bytes\":0,\"response_bytes\":2}\n");
    out.write(line.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static String id(Request r) {
    return Long.toHexString(r.number * 0x9E3779B97F4A7C15L | 1L << 63);
  }

  private void pace(Request r, boolean left) {
    if (r.streamed()) {
      gaps(r, left);
    }
    line.append(",\"input_tokens\":").append(r.input);
    if (!left) {
      line.append(",\"output_tokens\":").append(r.tokens).append(",\"tokens_source\":\"usage\"");
    }
    line.append(",\"request_bytes\":").append(r.input * 5 + 200);
    line.append(",\"response_bytes\":").append(r.tokens * 230);
    line.append(",\"upstream_reused\":true,\"retries\":0,\"phases\":{");
    double headers = Math.min(r.prefill, 0.004);
    line.append("\"queue_ms\":").append(text(r.queued)).append(",\"headers_ms\":").append(text(headers));
    line.append(",\"rest_ms\":").append(text(r.prefill - headers)).append('}');
    line.append(",\"gpu\":{\"utilization\":0.8,\"energy_joules\":");
    line.append(text((r.tokens * (0.4 + r.model.tokenSeconds * 60) + r.input * 0.01) / 1000));
    line.append(",\"concurrent\":").append(r.model.running).append(".0}");
  }

  private void gaps(Request r, boolean left) {
    if (r.tokens > 1 && !left) {
      millis("tpot_ms", r.gap);
    }
    if (r.pieces() > 1) {
      double gap = r.gap * r.tokens / r.pieces();
      millis("gap_max_ms", gap * 3.1);
      millis("gap_p50_ms", gap * 0.98);
      millis("gap_p99_ms", gap * 1.9);
    }
    line.append(",\"stalls\":").append(r.gap > 0.3 ? 1 : 0);
    line.append(",\"chunks\":").append(r.pieces());
  }

  private void millis(String name, double seconds) {
    line.append(",\"").append(name).append("\":").append(text(seconds));
  }

  /** Thousandths, cut off, as the proxy writes them. */
  private static String text(double seconds) {
    long micros = (long) (seconds * 1e6);
    String rest = Long.toString(1000 + micros % 1000);
    return micros / 1000 + "." + rest.substring(1);
  }

  private static String moment(double seconds) {
    long millis = START_MILLIS + (long) (seconds * 1000);
    String text = Instant.ofEpochMilli(millis).toString();
    return text.length() == 20 ? text.substring(0, 19) + ".000Z" : text;
  }
}
