package dev.streamgauge.cluster.manifest;

import java.util.ArrayList;
import java.util.List;

/** The difference of two texts, in the unified format. */
public final class LineDiff {
  private static final int CONTEXT_LINES = 3;

  /** Past so many changed lines what lies between is shown as changed altogether. */
  private static final int CHANGES_MAX = 2_000;

  private LineDiff() {}

  /** Lines of one side or of both. */
  private enum Side {
    BOTH,
    OLD,
    NEW
  }

  private record Line(Side side, String text) {}

  /** Empty where both are the same. */
  public static String of(String name, String before, String after) {
    if (before.equals(after)) {
      return "";
    }
    List<String> old = lines(before);
    List<String> now = lines(after);
    return hunks(name, merged(old, now));
  }

  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\n", -1)));
    if (lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }

  private static List<Line> merged(List<String> old, List<String> now) {
    int start = 0;
    while (start < Math.min(old.size(), now.size()) && old.get(start).equals(now.get(start))) {
      start++;
    }
    int end = 0;
    while (end < Math.min(old.size(), now.size()) - start
        && old.get(old.size() - 1 - end).equals(now.get(now.size() - 1 - end))) {
      end++;
    }
    List<Line> lines = new ArrayList<>();
    old.subList(0, start).forEach(line -> lines.add(new Line(Side.BOTH, line)));
    lines.addAll(
        changed(old.subList(start, old.size() - end), now.subList(start, now.size() - end)));
    old.subList(old.size() - end, old.size()).forEach(line -> lines.add(new Line(Side.BOTH, line)));
    return lines;
  }

  /** Myers' greedy search for the shortest edit, with the furthest points of each step kept. */
  private static List<Line> changed(List<String> old, List<String> now) {
    int most = Math.min(CHANGES_MAX, old.size() + now.size());
    int[] furthest = new int[2 * most + 3];
    List<int[]> steps = new ArrayList<>();
    for (int d = 0; d <= most; d++) {
      steps.add(furthest.clone());
      for (int k = -d; k <= d; k += 2) {
        int at = most + 1 + k;
        boolean down = k == -d || (k != d && furthest[at - 1] < furthest[at + 1]);
        int x = down ? furthest[at + 1] : furthest[at - 1] + 1;
        while (x < old.size() && x - k < now.size() && old.get(x).equals(now.get(x - k))) {
          x++;
        }
        furthest[at] = x;
        if (x >= old.size() && x - k >= now.size()) {
          return back(old, now, steps, d, most);
        }
      }
    }
    List<Line> all = new ArrayList<>();
    old.forEach(line -> all.add(new Line(Side.OLD, line)));
    now.forEach(line -> all.add(new Line(Side.NEW, line)));
    return all;
  }

  private static List<Line> back(
      List<String> old, List<String> now, List<int[]> steps, int last, int most) {
    List<Line> reversed = new ArrayList<>();
    int x = old.size();
    int y = now.size();
    for (int d = last; d >= 0; d--) {
      int[] furthest = steps.get(d);
      int k = x - y;
      int at = most + 1 + k;
      boolean down = k == -d || (k != d && furthest[at - 1] < furthest[at + 1]);
      int fromX = d == 0 ? 0 : down ? furthest[at + 1] : furthest[at - 1];
      int fromY = d == 0 ? 0 : fromX - (down ? k + 1 : k - 1);
      while (x > fromX && y > fromY) {
        x--;
        y--;
        reversed.add(new Line(Side.BOTH, old.get(x)));
      }
      if (d > 0) {
        if (down) {
          y--;
          reversed.add(new Line(Side.NEW, now.get(y)));
        } else {
          x--;
          reversed.add(new Line(Side.OLD, old.get(x)));
        }
      }
    }
    return reversed.reversed();
  }

  private static String hunks(String name, List<Line> lines) {
    StringBuilder text = new StringBuilder();
    text.append("--- ").append(name).append("\n+++ ").append(name).append(" (injected)\n");
    int oldLine = 1;
    int newLine = 1;
    int at = 0;
    while (at < lines.size()) {
      int first = nextChange(lines, at);
      if (first == lines.size()) {
        break;
      }
      int from = Math.max(at, first - CONTEXT_LINES);
      oldLine += from - at;
      newLine += from - at;
      int to = hunkEnd(lines, first);
      StringBuilder body = new StringBuilder();
      int olds = 0;
      int news = 0;
      for (Line line : lines.subList(from, to)) {
        olds += line.side == Side.NEW ? 0 : 1;
        news += line.side == Side.OLD ? 0 : 1;
        body.append(
            switch (line.side) {
              case BOTH -> ' ';
              case OLD -> '-';
              case NEW -> '+';
            });
        body.append(line.text).append('\n');
      }
      text.append("@@ -").append(range(oldLine, olds)).append(" +").append(range(newLine, news));
      text.append(" @@\n").append(body);
      oldLine += olds;
      newLine += news;
      at = to;
    }
    return text.toString();
  }

  private static String range(int line, int count) {
    return (count == 0 ? line - 1 : line) + (count == 1 ? "" : "," + count);
  }

  private static int nextChange(List<Line> lines, int from) {
    int at = from;
    while (at < lines.size() && lines.get(at).side == Side.BOTH) {
      at++;
    }
    return at;
  }

  /** Changes that are closer than twice the context share a hunk. */
  private static int hunkEnd(List<Line> lines, int change) {
    int end = change;
    while (end < lines.size()) {
      while (end < lines.size() && lines.get(end).side != Side.BOTH) {
        end++;
      }
      int next = nextChange(lines, end);
      if (next == lines.size() || next - end > 2 * CONTEXT_LINES) {
        return Math.min(lines.size(), end + CONTEXT_LINES);
      }
      end = next;
    }
    return end;
  }
}
