package dev.streamgauge.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTableTest {
  private static final FigureTable TABLE =
      FigureTable.ofTargets(
          "figures",
          "Cost",
          List.of(new Column("cpu_us", "CPU µs/event", 1)),
          List.of(
              Row.of("direct", List.of(Row.none())),
              Row.of("nginx", List.of(new double[] {10, 20, 30})),
              Row.of("streamgauge", List.of(new double[] {11, 22, 33}))));

  @Test
  void ratiosAreTakenWithinEachRound() {
    FigureTable ratios = TABLE.ratios("cpu_ratios", 0, List.of("direct", "nginx", "envoy"));
    assertThat(ratios.headings()).containsExactly("target", "÷ nginx");
    assertThat(ratios.rows()).extracting(Row::target).containsExactly("nginx", "streamgauge");
    assertThat(ratios.rows().get(1).figures().getFirst())
        .containsExactly(new double[] {1.1, 1.1, 1.1}, within(1e-9));
  }

  @Test
  void remarksStandLastAndOnlyWhereThereAreSome() {
    assertThat(TABLE.headings()).containsExactly("target", "CPU µs/event");
    Row remarked = new Row(List.of("envoy"), List.of(Row.once(1)), "not kept up");
    FigureTable with = FigureTable.ofTargets("figures", "Cost", TABLE.columns(), List.of(remarked));
    assertThat(with.headings()).hasSize(3);
    assertThat(with.cells(remarked)).containsExactly("envoy", "1.0", "not kept up");
  }
}
