package dev.streamgauge.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NativeSpanTest {
  @Test
  void theFirstIndexStandsInTheMiddle() {
    assertThat(NativeSpan.NONE.holds(0)).isFalse();
    assertThat(NativeSpan.NONE.widenedTo(-100)).isEqualTo(new NativeSpan(-108, 16));
  }

  @Test
  void aSpanGrowsByHalfAtLeastAndOnlyWhereItMust() {
    NativeSpan span = new NativeSpan(10, 16);
    assertThat(span.widenedTo(9)).isEqualTo(new NativeSpan(2, 24));
    assertThat(span.widenedTo(26)).isEqualTo(new NativeSpan(10, 24));
    assertThat(span.widenedTo(-90)).isEqualTo(new NativeSpan(-90, 116));
    assertThat(span.widenedTo(109)).isEqualTo(new NativeSpan(10, 100));
  }

  @Test
  void countsKeepTheirIndex() {
    NativeSpan span = new NativeSpan(10, 2);
    NativeSpan wider = span.widenedTo(7);
    int[] counts = new int[wider.length()];
    span.copy(new int[] {3, 4}, wider, counts);
    assertThat(counts[10 - wider.first()]).isEqualTo(3);
    assertThat(counts[11 - wider.first()]).isEqualTo(4);
    assertThat(wider.holds(7)).isTrue();
    assertThat(wider.holds(12)).isFalse();
  }
}
