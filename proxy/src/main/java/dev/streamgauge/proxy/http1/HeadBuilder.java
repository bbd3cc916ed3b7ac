package dev.streamgauge.proxy.http1;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes a head from what came by another protocol, checked by the rules of HTTP/1.1: what could not
 * stand in one is refused, so that no value can end its line and begin another. Used once.
 */
public final class HeadBuilder {
  private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");

  private final int fieldsMax;
  private byte[] bytes = new byte[512];
  private int length;
  private int[] offsets = new int[16 * Head.OFFSETS_PER_FIELD];
  private int fieldCount;
  private int firstEnd;
  private int secondStart;
  private int secondEnd;
  private @Nullable Malformed malformed;

  private HeadBuilder(int fieldsMax) {
    this.fieldsMax = fieldsMax;
  }

  public static HeadBuilder request(CharSequence method, CharSequence target, int fieldsMax) {
    HeadBuilder head = new HeadBuilder(fieldsMax);
    head.firstEnd = head.append(method);
    head.append(" ");
    head.secondStart = head.length;
    head.secondEnd = head.append(target);
    head.append(VERSION);
    if (!head.isToken(0, head.firstEnd)) {
      head.fail(Malformed.badRequest("the method is no token"));
    } else if (!head.isTarget(head.secondStart, head.secondEnd)) {
      head.fail(Malformed.badRequest("the request target has a character that is not allowed"));
    }
    return head;
  }

  /**
   * A response without a reason phrase.
   *
   * @param status 100 to 999
   */
  public static HeadBuilder response(int status, int fieldsMax) {
    HeadBuilder head = new HeadBuilder(fieldsMax);
    head.firstEnd = head.append("HTTP/1.1");
    head.append(" ");
    head.secondStart = head.length;
    head.secondEnd = head.append(Integer.toString(status));
    head.append(" \r\n");
    return head;
  }

  /** Fields without a first line. */
  public static HeadBuilder trailer(int fieldsMax) {
    return new HeadBuilder(fieldsMax);
  }

  /** Behind those that are there; a value neither begins nor ends with white space. */
  public HeadBuilder field(CharSequence name, CharSequence value) {
    if (fieldCount == fieldsMax) {
      fail(new Malformed(431, "more than " + fieldsMax + " header fields", HttpLimit.FIELDS));
    }
    if (malformed != null) {
      return this;
    }
    int nameStart = length;
    int nameEnd = append(name);
    append(": ");
    int valueStart = length;
    int valueEnd = append(value);
    append("\r\n");
    if (!isToken(nameStart, nameEnd)) {
      fail(Malformed.badRequest("a field name is no token"));
    } else if (!isFieldValue(valueStart, valueEnd)) {
      fail(Malformed.badRequest("a field value has a character that is not allowed"));
    }
    add(nameStart, nameEnd, valueStart, valueEnd);
    return this;
  }

  /** What is wrong, or null. */
  public @Nullable Malformed malformed() {
    return malformed;
  }

  public Head head() {
    append("\r\n");
    return new Head(
        Arrays.copyOf(bytes, length), offsets, fieldCount, firstEnd, secondStart, secondEnd, 1);
  }

  private void add(int nameStart, int nameEnd, int valueStart, int valueEnd) {
    int at = fieldCount++ * Head.OFFSETS_PER_FIELD;
    if (at == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * at);
    }
    offsets[at] = nameStart;
    offsets[at + 1] = nameEnd;
    offsets[at + 2] = valueStart;
    offsets[at + 3] = valueEnd;
  }

  private boolean isToken(int start, int end) {
    boolean token = start < end;
    for (int at = start; at < end; at++) {
      token &= Ascii.isToken(bytes[at]);
    }
    return token;
  }

  private boolean isTarget(int start, int end) {
    boolean target = start < end;
    for (int at = start; at < end; at++) {
      target &= Ascii.isTarget(bytes[at]);
    }
    return target;
  }

  private boolean isFieldValue(int start, int end) {
    boolean value = start == end || !(Ascii.isSpace(bytes[start]) || Ascii.isSpace(bytes[end - 1]));
    for (int at = start; at < end; at++) {
      value &= Ascii.isFieldValue(bytes[at]);
    }
    return value;
  }

  private void fail(Malformed found) {
    if (malformed == null) {
      malformed = found;
    }
  }

  /** Answers where it ends. */
  private int append(CharSequence text) {
    int stop = length + text.length();
    grow(stop);
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
    return stop;
  }

  private void append(byte[] text) {
    grow(length + text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
  }

  private void grow(int needed) {
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
