package dev.streamgauge.proxy;

import dev.streamgauge.proxy.http1.Head;
import dev.streamgauge.proxy.http1.HeadWriter;
import java.util.List;

/**
 * The head of the server's answer, and what becomes of it on its way to the client.
 *
 * @param switching it is a 101
 * @param bodyless the status forbids the fields that tell of a body
 * @param unframed the client gets the body without the server's chunks
 * @param chunked the client gets the body in chunks of ours, where HTTP/1.1 is spoken to it
 * @param empty nothing follows it
 * @param contentLength what its Content-Length is to say; -1 to leave it
 */
record AnswerHead(
    Head head,
    boolean switching,
    boolean bodyless,
    boolean unframed,
    boolean chunked,
    boolean empty,
    long contentLength,
    List<HeadWriter.Field> added) {

  static AnswerHead interim(Head head) {
    return new AnswerHead(head, false, true, false, false, false, -1, List.of());
  }

  AnswerHead withContentLength(long length) {
    return new AnswerHead(head, switching, bodyless, unframed, chunked, empty, length, added);
  }
}
