package dev.streamgauge.config;

/** A value that has one written form, the same in settings, help and documentation. */
public interface Labelled {
  String label();
}
