package dev.streamgauge.proxy.http1;

/**
 * How much of a message's framing is accepted. Past a limit a request is refused (414 for its first
 * line, 431 for its fields, 400 inside its body) and a response counts as malformed.
 *
 * @param startLineBytesMax request line or status line
 * @param headBytesMax the whole head
 * @param fieldsMax header fields
 * @param chunkLineBytesMax size and extensions of one chunk
 * @param trailerBytesMax all trailer fields of one body
 */
public record HttpLimits(
    int startLineBytesMax,
    int headBytesMax,
    int fieldsMax,
    int chunkLineBytesMax,
    int trailerBytesMax) {

  public static HttpLimits defaults() {
    return new HttpLimits(16 * 1024, 64 * 1024, 200, 4 * 1024, 16 * 1024);
  }
}
