package dev.streamgauge.cluster.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineDiffTest {

  @Test
  void theSameTextHasNoDifference() {
    assertThat(LineDiff.of("f", "a\nb\n", "a\nb\n")).isEmpty();
  }

  @Test
  void hunksHaveThreeLinesAround() {
    assertThat(
            LineDiff.of("f", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\nten\n"))
        .isEqualTo(
            """
            --- f
            +++ f (injected)
            @@ -2,8 +2,9 @@
             2
             3
             4
            -5
            +five
             6
             7
             8
             9
            +ten
            """);
  }

  @Test
  void appliedToTheOldTextADifferenceGivesTheNewOne() {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      List<String> old = lines(random, random.nextInt(60));
      List<String> now = new ArrayList<>(old);
      for (int change = random.nextInt(6); change >= 0; change--) {
        int at = random.nextInt(now.size() + 1);
        if (random.nextBoolean() || at == now.size()) {
          now.addAll(at, lines(random, random.nextInt(4)));
        } else {
          now.remove(at);
        }
      }
      String diff = LineDiff.of("f", text(old), text(now));
      assertThat(applied(old, diff)).as(diff).isEqualTo(now);
    }
  }

  @Test
  void textsWithNothingInCommonAreShownAltogether() {
    String old = "a\n".repeat(5_000);
    String now = "b\n".repeat(5_000);
    assertThat(LineDiff.of("f", old, now).lines().count()).isEqualTo(10_003);
  }

  private static List<String> lines(Random random, int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add("line " + random.nextInt(8));
    }
    return lines;
  }

  private static String text(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  private static List<String> applied(List<String> old, String diff) {
    List<String> made = new ArrayList<>();
    int at = 0;
    for (String line : diff.lines().skip(2).toList()) {
      if (line.startsWith("@@")) {
        String[] range = line.substring(4, line.indexOf(" +")).split(",", -1);
        int count = range.length == 1 ? 1 : Integer.parseInt(range[1]);
        int from = Integer.parseInt(range[0]) - (count == 0 ? 0 : 1);
        made.addAll(old.subList(at, from));
        at = from;
      } else if (line.startsWith("+")) {
        made.add(line.substring(1));
      } else {
        assertThat(old.get(at)).isEqualTo(line.substring(1));
        made.addAll(line.startsWith(" ") ? List.of(old.get(at)) : List.of());
        at++;
      }
    }
    made.addAll(old.subList(at, old.size()));
    return made;
  }
}
