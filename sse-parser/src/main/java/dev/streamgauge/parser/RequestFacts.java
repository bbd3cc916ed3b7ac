package dev.streamgauge.parser;

import org.jspecify.annotations.Nullable;

/**
 * What a request says that matters for reading its answer. Null where the body did not say, was not
 * JSON, or was past the inspected prefix.
 *
 * @param path without the query
 * @param operation by method and path
 * @param model what the body's {@code model} says; from outside, so never a label
 * @param stream what the body's {@code stream} says
 */
public record RequestFacts(
    String method,
    String path,
    Operation operation,
    @Nullable String model,
    @Nullable Boolean stream) {}
