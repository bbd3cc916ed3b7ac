package dev.streamgauge.cli.simulate;

import org.jspecify.annotations.Nullable;

/**
 * Why a request's body gets a 400.
 *
 * @param field whose value is not of its type; null if it is, and cannot be had
 */
record Refusal(String message, @Nullable String field) {
  static Refusal ofField(String field, String found, String expected) {
    return new Refusal(
        "1 validation error: " + field + ": " + found + " (expected: " + expected + ")", field);
  }
}
