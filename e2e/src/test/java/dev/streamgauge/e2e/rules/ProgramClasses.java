package dev.streamgauge.e2e.rules;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The program's own classes, read once: reading them is nearly all that a rule costs. */
final class ProgramClasses {
  static final String PARSER = "dev.streamgauge.parser..";
  static final String TIMELINE = "dev.streamgauge.timeline..";
  static final String CONFIG = "dev.streamgauge.config..";
  static final String GPU = "dev.streamgauge.gpu..";
  static final String TELEMETRY = "dev.streamgauge.telemetry..";
  static final String OTLP = "dev.streamgauge.otlp..";
  static final String PROXY = "dev.streamgauge.proxy..";
  static final String HTTP1 = "dev.streamgauge.proxy.http1..";
  static final String CLUSTER = "dev.streamgauge.cluster..";
  static final String REPORT = "dev.streamgauge.report..";
  static final String CLI = "dev.streamgauge.cli..";

  static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(
              PARSER, TIMELINE, CONFIG, GPU, TELEMETRY, OTLP, PROXY, CLUSTER, REPORT, CLI);

  private ProgramClasses() {}
}
