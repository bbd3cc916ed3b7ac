package dev.streamgauge.proxy.http1;

/** Which values of {@code x-request-id} are taken over. */
public final class RequestIds {
  private static final int LENGTH_MAX = 128;

  private RequestIds() {}

  /** 1 to 128 of {@code A-Z a-z 0-9 . _ : / + = -}: others could spoil a log or a label. */
  public static boolean isSane(String id) {
    if (id.isEmpty() || id.length() > LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && "._:/+=-".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
