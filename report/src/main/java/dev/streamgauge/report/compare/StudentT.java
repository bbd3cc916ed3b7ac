package dev.streamgauge.report.compare;

/** How many standard errors an interval of 95 % reaches to each side. */
final class StudentT {
  /** Of the normal distribution at 0.975. */
  private static final double Z = 1.959963984540054;

  private StudentT() {}

  /** Where the error is known. */
  static double normal() {
    return Z;
  }

  /**
   * Where the error itself is estimated from so many degrees of freedom: the expansion of
   * Abramowitz and Stegun 26.7.5, from 9 on right to three digits.
   */
  static double of(int degreesOfFreedom) {
    double n = degreesOfFreedom;
    double z2 = Z * Z;
    double first = (z2 + 1) / 4;
    double second = ((5 * z2 + 16) * z2 + 3) / 96;
    double third = (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    return Z * (1 + first / n + second / (n * n) + third / (n * n * n));
  }
}
