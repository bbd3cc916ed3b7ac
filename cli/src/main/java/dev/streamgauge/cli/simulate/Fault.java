package dev.streamgauge.cli.simulate;

import org.jspecify.annotations.Nullable;

/** What can go wrong with a model server, on demand. */
public enum Fault {
  /** An error object inside a 200 stream, then the end as the style writes it. */
  ERROR_IN_STREAM("error_in_stream"),
  HTTP_500("http_500"),
  HTTP_429("http_429"),
  /** A clean HTTP end without a finish reason or an end marker. */
  TRUNCATE("truncate"),
  /** FIN in the middle of an HTTP chunk or of a body with a length. */
  CUT("cut"),
  /** RST. */
  RESET("reset"),
  /** A long gap, then on as if nothing was. */
  STALL("stall"),
  /** The response head comes late. */
  SLOW_HEADERS("slow_headers"),
  /** Garbage where a chunk size, or a content length, belongs. */
  BAD_FRAMING("bad_framing"),
  /** A response head that is none. */
  BAD_HEAD("bad_head"),
  /** The request is read and never answered. */
  NO_ANSWER("no_answer"),
  /** A whole answer, then FIN although keep-alive was promised. */
  CLOSE_IDLE("close_idle"),
  /** A whole answer; the next request on the connection meets FIN instead of an answer. */
  CLOSE_ON_REUSE("close_on_reuse"),
  /** Refused with 413 as soon as the head is read, while the body still comes. */
  EARLY_413("early_413");

  private final String label;

  Fault(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }

  /** Null if there is none of that name. */
  public static @Nullable Fault named(String label) {
    for (Fault fault : values()) {
      if (fault.label.equals(label)) {
        return fault;
      }
    }
    return null;
  }
}
