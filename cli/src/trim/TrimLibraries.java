import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.FieldTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.attribute.MethodParametersAttribute;
import java.lang.classfile.attribute.RuntimeInvisibleAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeInvisibleParameterAnnotationsAttribute;
import java.lang.classfile.attribute.SignatureAttribute;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the program's libraries with only the classes and methods that it can reach: a class of
 * which a tenth is used takes all of its room in the ahead-of-time cache, and so in each process's
 * memory. Names of local variables go, too; line numbers, licences and notices stay. Run from its
 * source: {@code java TrimLibraries.java PROGRAM_JAR FROM_FOLDER TO_FOLDER}.
 */
final class TrimLibraries {
  private static final String PROGRAM = "dev/streamgauge/";

  /** Apache License 2.0, section 4 (b). */
  private static final String NOTICE =
      """
      Streamgauge ships this library without the classes and methods that it does not reach, and
      without the names of local variables. What is left is unchanged otherwise.
      """;

  /** 2026-01-01: two builds of the same sources give the same bytes. */
  private static final long ENTRY_TIME_MILLIS = 1_767_225_600_000L;

  // generic types and names of parameters of methods and fields: nobody asks for them
  private static final MethodTransform WITHOUT_NAMES =
      MethodTransform.dropping(
          element ->
              element instanceof SignatureAttribute
                  || element instanceof MethodParametersAttribute
                  || element instanceof RuntimeInvisibleAnnotationsAttribute
                  || element instanceof RuntimeInvisibleParameterAnnotationsAttribute);
  private static final FieldTransform WITHOUT_TYPES =
      FieldTransform.dropping(
          element ->
              element instanceof SignatureAttribute
                  || element instanceof RuntimeInvisibleAnnotationsAttribute);

  private final Libraries libraries;
  private final Reach reach;
  private final ClassFile rewriter;

  private TrimLibraries(Libraries libraries) {
    this.libraries = libraries;
    reach = new Reach(libraries).from(PROGRAM);
    rewriter =
        ClassFile.of(
            ClassFile.ConstantPoolSharingOption.NEW_POOL,
            ClassFile.DeadCodeOption.KEEP_DEAD_CODE,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(
                        type -> {
                          String descriptor = type.descriptorString();
                          return libraries.open(descriptor.substring(1, descriptor.length() - 1));
                        })
                    .cached()));
  }

  public static void main(String[] args) throws IOException {
    Path program = Path.of(args[0]);
    Path to = Files.createDirectories(Path.of(args[2]));
    List<Path> jars;
    try (Stream<Path> files = Files.list(Path.of(args[1]))) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
    List<Path> all = new ArrayList<>(jars);
    all.add(program);
    Libraries libraries = new Libraries(all);
    TrimLibraries trim = new TrimLibraries(libraries);
    clear(to);
    for (Path jar : jars) {
      trim.write(jar, to.resolve(jar.getFileName()));
    }
    LinkAudit.check(libraries, trim.reach);
  }

  private static void clear(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private void write(Path from, Path to) throws IOException {
    try (ZipOutputStream out =
        new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(to)))) {
      out.setLevel(9);
      boolean less = false;
      for (Map.Entry<String, byte[]> entry : libraries.entries(from).entrySet()) {
        Optional<String> name = Libraries.className(entry.getKey());
        if (name.isEmpty()) {
          put(out, entry.getKey(), entry.getValue());
        } else if (reach.has(name.get())) {
          put(out, entry.getKey(), trimmed(name.get()));
        }
        less |= name.isPresent() && !name.get().startsWith(PROGRAM);
      }
      if (less) {
        put(out, "META-INF/TRIMMED.txt", NOTICE.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void put(ZipOutputStream out, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(
        java.time.LocalDateTime.ofEpochSecond(
            ENTRY_TIME_MILLIS / 1000, 0, java.time.ZoneOffset.UTC));
    out.putNextEntry(entry);
    out.write(content);
    out.closeEntry();
  }

  private byte[] trimmed(String name) {
    ClassModel model = libraries.model(name);
    return rewriter.transformClass(
        model,
        (builder, element) -> {
          switch (element) {
            case MethodModel method -> {
              if (reach.has(name, method)) {
                builder.transformMethod(method, WITHOUT_NAMES);
              }
            }
            case FieldModel field -> builder.transformField(field, WITHOUT_TYPES);
            case RuntimeInvisibleAnnotationsAttribute _ -> {}
            default -> builder.with(element);
          }
        });
  }
}
