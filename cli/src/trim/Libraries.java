import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.reflect.AccessFlag;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;

/** All that lies in some jars, and the classes of the JDK behind it. Names are a class file's. */
final class Libraries {
  /**
   * What the program has no use of: classes of other Java versions and module descriptors (the
   * program is on the class path), build tools' files, services of agents and of OpenTelemetry's
   * autoconfiguration.
   */
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "META-INF/(maven|native-image|proguard|versions)/.*|(.*/)?module-info\\.class"
              + "|META-INF/INDEX\\.LIST|META-INF/services/(reactor|io\\.opentelemetry\\.sdk\\.autoconfigure)\\..*");

  private static final String SERVICES = "META-INF/services/";

  // what a reader drops is left out of what is written
  private static final ClassFile WITH_LINES =
      ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG);
  private static final ClassFile WITHOUT_LINES =
      ClassFile.of(
          ClassFile.DebugElementsOption.DROP_DEBUG,
          ClassFile.LineNumbersOption.DROP_LINE_NUMBERS);

  /** Whose lines a stack trace is read for. */
  private static final List<String> LINES_WANTED = List.of("dev/streamgauge/", "io/netty/");

  private final Map<Path, Map<String, byte[]>> entries = new LinkedHashMap<>();
  private final Map<String, byte[]> bytes = new HashMap<>();
  private final Map<String, ClassModel> models = new HashMap<>();
  private final Map<String, Optional<ClassModel>> jdk = new HashMap<>();
  private final Map<String, Set<String>> ofJdk = new HashMap<>();

  Libraries(List<Path> jars) throws IOException {
    for (Path jar : jars) {
      read(jar);
    }
  }

  private void read(Path path) throws IOException {
    Map<String, byte[]> content = new LinkedHashMap<>();
    entries.put(path, content);
    try (JarFile jar = new JarFile(path.toFile())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (entry.isDirectory() || LEFT_OUT.matcher(entry.getName()).matches()) {
          continue;
        }
        byte[] read = jar.getInputStream(entry).readAllBytes();
        content.put(entry.getName(), read);
        className(entry.getName()).ifPresent(name -> bytes.put(name, read));
      }
    }
  }

  static Optional<String> className(String entry) {
    return entry.endsWith(".class")
        ? Optional.of(entry.substring(0, entry.length() - ".class".length()))
        : Optional.empty();
  }

  static String signature(MethodModel method) {
    return method.methodName().stringValue() + method.methodType().stringValue();
  }

  /** Without what is left out of every jar. */
  Map<String, byte[]> entries(Path jar) {
    return entries.get(jar);
  }

  Set<String> names() {
    return bytes.keySet();
  }

  boolean has(String name) {
    return bytes.containsKey(name);
  }

  /** Of the jars. */
  ClassModel model(String name) {
    return models.computeIfAbsent(name, _ -> reader(name).parse(bytes.get(name)));
  }

  private static ClassFile reader(String name) {
    return LINES_WANTED.stream().anyMatch(name::startsWith) ? WITH_LINES : WITHOUT_LINES;
  }

  /** Of the jars or else of this JDK. */
  Optional<ClassModel> find(String name) {
    return has(name) ? Optional.of(model(name)) : jdk.computeIfAbsent(name, Libraries::ofThisJdk);
  }

  private static Optional<ClassModel> ofThisJdk(String name) {
    try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
      return in == null ? Optional.empty() : Optional.of(ClassFile.of().parse(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For stack maps, which are made anew. */
  InputStream open(String name) {
    byte[] found = bytes.get(name);
    return found == null
        ? ClassLoader.getSystemResourceAsStream(name + ".class")
        : new java.io.ByteArrayInputStream(found);
  }

  static List<String> parents(ClassModel model) {
    List<String> parents = new java.util.ArrayList<>();
    model.superclass().ifPresent(parent -> parents.add(parent.asInternalName()));
    for (ClassEntry parent : model.interfaces()) {
      parents.add(parent.asInternalName());
    }
    return parents;
  }

  /** Methods that the JDK may call: those of the JDK's classes above this one. */
  Set<String> signaturesOfJdkAbove(String name) {
    Set<String> known = ofJdk.get(name);
    if (known != null) {
      return known;
    }
    Set<String> signatures = new HashSet<>();
    find(name)
        .ifPresent(
            model -> {
              if (!has(name)) {
                addInherited(model, signatures);
              }
              parents(model).forEach(parent -> signatures.addAll(signaturesOfJdkAbove(parent)));
            });
    ofJdk.put(name, signatures);
    return signatures;
  }

  private static void addInherited(ClassModel model, Set<String> signatures) {
    for (MethodModel method : model.methods()) {
      if (!method.flags().has(AccessFlag.STATIC) && !method.flags().has(AccessFlag.PRIVATE)) {
        signatures.add(signature(method));
      }
    }
  }

  /** Classes that ServiceLoader makes. */
  Set<String> services() {
    Set<String> services = new HashSet<>();
    for (Map<String, byte[]> content : entries.values()) {
      content.forEach(
          (entry, text) -> {
            if (entry.startsWith(SERVICES)) {
              new String(text, StandardCharsets.UTF_8)
                  .lines()
                  .map(line -> line.replaceFirst("#.*", "").strip().replace('.', '/'))
                  .filter(this::has)
                  .forEach(services::add);
            }
          });
    }
    return services;
  }
}
