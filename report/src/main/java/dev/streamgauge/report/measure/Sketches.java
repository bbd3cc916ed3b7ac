package dev.streamgauge.report.measure;

import dev.streamgauge.report.log.LoggedRequest;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One sketch for each figure of which there was a value. For one thread. */
public final class Sketches {
  /** Over a whole run: at most 0.2 % off, about 30 KiB for values from 1 ms to a minute. */
  public static final int BITS_WHOLE = 8;

  /** In a part of its time: at most 1.6 % off, some 2 KiB. */
  public static final int BITS_PART = 5;

  private final int bits;
  private final Map<Figure, Sketch> byFigure = new EnumMap<>(Figure.class);

  public Sketches(int bits) {
    this.bits = bits;
  }

  public void add(LoggedRequest request, Figure figure) {
    add(figure, figure.of(request));
  }

  /** Null is not known, and no value. */
  public void add(Figure figure, @Nullable Long micros) {
    if (micros != null) {
      of(figure).add(micros);
    }
  }

  public void add(Sketches other) {
    other.byFigure.forEach((figure, sketch) -> of(figure).add(sketch));
  }

  private Sketch of(Figure figure) {
    return byFigure.computeIfAbsent(figure, _ -> new Sketch(bits));
  }

  public @Nullable Sketch find(Figure figure) {
    return byFigure.get(figure);
  }

  /** Of those that have values. */
  public Map<Figure, Stats> stats() {
    Map<Figure, Stats> all = new EnumMap<>(Figure.class);
    byFigure.forEach(
        (figure, sketch) -> {
          Stats stats = Stats.of(sketch);
          if (stats != null) {
            all.put(figure, stats);
          }
        });
    return all;
  }
}
