package dev.streamgauge.parser;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Recorded HTTP exchanges: framing removed, by connection and in order. */
final class Recording {
  @SuppressWarnings("ArrayRecordComponent") // A body is bytes, and nobody compares them.
  record Exchange(String path, int status, String contentType, byte[] body, boolean whole) {}

  private static final Pattern BYTES =
      Pattern.compile("\"conn\": (\\d+), \"dir\": \"(c2s|s2c)\", .*?\"b64\": \"([^\"]*)\"");

  private final byte[] bytes;
  private int at;

  private Recording(byte[] bytes) {
    this.bytes = bytes;
  }

  static Map<Integer, List<Exchange>> read(Path file) throws IOException {
    Map<Integer, ByteArrayOutputStream> requests = new TreeMap<>();
    Map<Integer, ByteArrayOutputStream> responses = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      Matcher found = BYTES.matcher(line);
      if (found.find()) {
        var side = found.group(2).equals("c2s") ? requests : responses;
        side.computeIfAbsent(Integer.valueOf(found.group(1)), _ -> new ByteArrayOutputStream())
            .writeBytes(Base64.getDecoder().decode(found.group(3)));
      }
    }
    Map<Integer, List<Exchange>> all = new TreeMap<>();
    responses.forEach(
        (conn, answer) -> {
          ByteArrayOutputStream asked = requests.get(conn);
          if (asked != null) {
            all.put(conn, exchanges(asked.toByteArray(), answer.toByteArray()));
          }
        });
    return all;
  }

  private static List<Exchange> exchanges(byte[] requests, byte[] responses) {
    Recording asked = new Recording(requests);
    Recording answered = new Recording(responses);
    List<Exchange> all = new ArrayList<>();
    while (asked.at < requests.length && answered.at < responses.length) {
      String request = asked.head();
      var _ = asked.body(request, false);
      String response = answered.head();
      while (response.contains(" 100 ")) {
        response = answered.head();
      }
      byte[] body = answered.body(response, true);
      String path = request.split(" ", -1)[1];
      int status = Integer.parseInt(response.split(" ", -1)[1]);
      boolean whole = answered.wholeBody;
      all.add(new Exchange(path, status, header(response, "content-type"), body, whole));
    }
    return all;
  }

  private boolean wholeBody;

  private String head() {
    int start = at;
    while (at < bytes.length && !endsHead(start)) {
      at++;
    }
    return new String(bytes, start, at - start, StandardCharsets.ISO_8859_1);
  }

  private boolean endsHead(int start) {
    return at - start >= 4
        && bytes[at - 1] == '\n'
        && bytes[at - 2] == '\r'
        && bytes[at - 3] == '\n';
  }

  private static String header(String head, String name) {
    Matcher found = Pattern.compile("(?im)^" + name + ":\\s*(.*?)\\s*$").matcher(head);
    return found.find() ? found.group(1) : "";
  }

  private byte[] body(String head, boolean toTheEnd) {
    wholeBody = true;
    if (header(head, "transfer-encoding").equalsIgnoreCase("chunked")) {
      return chunks();
    }
    String length = header(head, "content-length");
    int end = bytes.length;
    if (!length.isEmpty()) {
      end = Math.min(end, at + Integer.parseInt(length));
    } else if (!toTheEnd) {
      end = at;
    }
    byte[] body = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return body;
  }

  private byte[] chunks() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (at < bytes.length) {
      int size = Integer.parseInt(line(), 16);
      if (size == 0) {
        var _ = line();
        return body.toByteArray();
      }
      int end = Math.min(bytes.length, at + size);
      body.write(bytes, at, end - at);
      at = Math.min(bytes.length, end + 2);
    }
    wholeBody = false;
    return body.toByteArray();
  }

  private String line() {
    int start = at;
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    at = Math.min(at + 1, bytes.length);
    return new String(bytes, start, at - start, StandardCharsets.ISO_8859_1).strip();
  }
}
