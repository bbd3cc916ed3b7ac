package dev.streamgauge.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class XidCountsTest {
  @Test
  void numbersPastTheLimitAreCountedTogether() {
    XidCounts counts = new XidCounts();
    for (int xid = 0; xid < 1000; xid++) {
      counts.add("GPU-a", xid);
    }
    counts.add("GPU-a", 3);
    assertThat(counts.all()).hasSize(65);
    assertThat(counts.all()).contains(new XidCounts.Count("GPU-a", "other", 936));
    assertThat(counts.all()).contains(new XidCounts.Count("GPU-a", "3", 2));
  }

  @Test
  void allDevicesTogetherHaveALimitToo() {
    XidCounts counts = new XidCounts();
    for (int device = 0; device < 64; device++) {
      for (int xid = 0; xid < 64; xid++) {
        counts.add("GPU-" + device, xid);
      }
    }
    assertThat(counts.all()).hasSizeLessThanOrEqualTo(256 + 64);
  }
}
