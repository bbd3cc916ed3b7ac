package dev.streamgauge.cluster.kube;

import org.jspecify.annotations.Nullable;

/**
 * What a {@link Reflector} is at.
 *
 * @param synced a whole list has been read, or the kind is not there
 * @param failure what went wrong last, null while nothing does
 * @param lists lists that were whole
 * @param watches watches that were opened
 * @param changes objects that watches brought
 * @param bookmarks bookmarks that they brought
 * @param expired times that our version was too old, and a list was due
 * @param unread objects and lines that could not be read, and were passed over
 */
public record WatchProgress(
    State state,
    boolean synced,
    @Nullable String failure,
    long lists,
    long watches,
    long changes,
    long bookmarks,
    long expired,
    long unread) {
  /** What it is at. */
  public enum State {
    LISTING,
    WATCHING,
    /** Between two tries. */
    WAITING,
    /** There is no such kind. */
    ABSENT
  }
}
