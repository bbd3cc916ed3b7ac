package dev.streamgauge.timeline;

/** By what an inference among several on one call is known to have ended. */
public enum InferenceEnd {
  /** Its last response, named as such, or an error in its place. */
  LAST_RESPONSE,
  /** The next request with its id. */
  NEXT_REQUEST,
  /** So many others ran that it made room, all its responses having come as far as one can see. */
  MADE_ROOM,
  /** The call's own end. */
  CALL_ENDED
}
