package dev.streamgauge.gpu.amd;

import dev.streamgauge.config.GpuAssignment;
import dev.streamgauge.gpu.XidCounts;
import dev.streamgauge.gpu.driver.DriverReader;
import dev.streamgauge.gpu.driver.ErrorCounts;
import dev.streamgauge.gpu.driver.KeptGpus;
import dev.streamgauge.gpu.driver.StandardOut;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;

/** AMD's GPUs, by AMD SMI. */
public final class AmdReader extends DriverReader<AmdCode, AmdSmi> {
  /** By its name of development first: the versioned one changes with each release. */
  private static final List<String> LIBRARIES =
      List.of(
          "libamd_smi.so",
          "/opt/rocm/lib/libamd_smi.so",
          "libamd_smi.so.26",
          "libamd_smi.so.25",
          "libamd_smi.so.24");

  private final KeptGpus kept;
  private final AmdFiles files;

  /** This machine's. */
  public AmdReader(GpuAssignment assignment, LongSupplier ticker) {
    this(assignment, ticker, () -> firstOf(LIBRARIES), new AmdFiles(Path.of("/")));
  }

  AmdReader(GpuAssignment assignment, LongSupplier ticker, LibraryLookup library, AmdFiles files) {
    super("libamd_smi.so", library, ticker, new ErrorCounts(List.of(AmdCode.values())));
    this.kept = new KeptGpus(assignment);
    this.files = files;
  }

  @Override
  protected AmdSmi bind(SymbolLookup found, ErrorCounts counts) {
    StandardOut.toStandardError(found);
    AmdSmi smi = new AmdSmi(counts);
    smi.bind(found, List.of(AmdFunction.values()));
    return smi;
  }

  @Override
  protected AmdSession session(AmdSmi opened) {
    return new AmdSession(opened, kept, files);
  }

  /** AMD's driver has no such numbers. */
  @Override
  public List<XidCounts.Count> xids() {
    return List.of();
  }
}
