package dev.streamgauge.telemetry.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A family of a server's page.
 *
 * @param name as the text format has it: a counter's with its {@code _total}, if its samples have
 *     it
 * @param message as it came, where it came in protobuf: native buckets are there alone
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Family(
    String name,
    FamilyType type,
    @Nullable String help,
    @Nullable String unit,
    List<Sample> samples,
    byte @Nullable [] message) {

  Family {
    samples = List.copyOf(samples);
  }
}
