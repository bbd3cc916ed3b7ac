import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.ConstantDynamicEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.BootstrapMethodEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which classes and methods of some libraries can be reached from a program. Errs on the side of
 * keeping: a method called on any type is kept in every reached class that has one of its name and
 * descriptor, and a string that is the name of a class or method counts as a use of it, for
 * reflection.
 */
final class Reach {
  private static final Pattern CLASS_IN_DESCRIPTOR = Pattern.compile("L([^;<]+)[;<]");

  /** Called by the JDK without a reference: initializers, enums, serialization. */
  private static final Set<String> CALLED_BY_NAME =
      Set.of(
          "<clinit>",
          "values",
          "valueOf",
          "readObject",
          "readObjectNoData",
          "writeObject",
          "readResolve",
          "writeReplace");

  /** Kept as they are: the program, and what Netty's C calls by name. */
  private static final List<String> WHOLE =
      List.of("dev/streamgauge/", "io/netty/channel/unix/", "io/netty/channel/epoll/");

  private record Method(String owner, String signature) {}

  private final Libraries libraries;
  private final Set<String> classes = new HashSet<>();
  private final Set<String> named = new HashSet<>();
  private final Set<Method> methods = new HashSet<>();
  private final Set<String> called = new HashSet<>();
  private final Set<String> strings = new HashSet<>();

  /** Methods of reached classes that nobody has called yet, by signature and by name. */
  private final Map<String, List<Method>> idle = new HashMap<>();

  private final Deque<Runnable> pending = new ArrayDeque<>();

  Reach(Libraries libraries) {
    this.libraries = libraries;
  }

  /** From all classes whose name begins so, and from what ServiceLoader makes. */
  Reach from(String prefix) {
    libraries.names().stream().filter(name -> name.startsWith(prefix)).forEach(this::reach);
    libraries.services().forEach(this::reachNamed);
    while (!pending.isEmpty()) {
      pending.poll().run();
    }
    return this;
  }

  boolean has(String name) {
    return classes.contains(name);
  }

  boolean has(String owner, MethodModel method) {
    return methods.contains(new Method(owner, Libraries.signature(method)));
  }

  private void reach(String name) {
    if (libraries.has(name) && classes.add(name)) {
      pending.add(() -> enter(name));
    }
  }

  private void enter(String name) {
    ClassModel model = libraries.model(name);
    Libraries.parents(model).forEach(this::reach);
    reachAround(name, model);
    model.fields().forEach(field -> reachIn(field.fieldType().stringValue()));
    boolean whole = isWhole(name, model);
    Set<String> ofJdk = libraries.signaturesOfJdkAbove(name);
    for (MethodModel method : model.methods()) {
      String signature = Libraries.signature(method);
      String methodName = method.methodName().stringValue();
      if (whole
          || CALLED_BY_NAME.contains(methodName)
          || ofJdk.contains(signature)
          || called.contains(signature)
          || strings.contains(methodName)) {
        reach(new Method(name, signature));
      } else {
        Method waiting = new Method(name, signature);
        idle.computeIfAbsent(signature, _ -> new ArrayList<>()).add(waiting);
        idle.computeIfAbsent(methodName, _ -> new ArrayList<>()).add(waiting);
      }
    }
  }

  /** Private access among nest mates loads the host (JVMS 5.4.4); simple names ask for what is around. */
  private void reachAround(String name, ClassModel model) {
    model.findAttribute(Attributes.nestHost()).ifPresent(nest -> reach(nest.nestHost()));
    model
        .findAttribute(Attributes.enclosingMethod())
        .ifPresent(around -> reach(around.enclosingClass()));
    model
        .findAttribute(Attributes.innerClasses())
        .ifPresent(
            inner ->
                inner.classes().stream()
                    .filter(each -> each.innerClass().asInternalName().equals(name))
                    .forEach(each -> each.outerClass().ifPresent(this::reach)));
    model
        .findAttribute(Attributes.runtimeVisibleAnnotations())
        .ifPresent(
            found ->
                found.annotations().forEach(each -> reachIn(each.className().stringValue())));
  }

  private boolean isWhole(String name, ClassModel model) {
    return WHOLE.stream().anyMatch(name::startsWith)
        || named.contains(name)
        || model.flags().has(AccessFlag.ANNOTATION)
        || Libraries.parents(model).contains("java/lang/Record")
        || model.methods().stream().anyMatch(method -> method.flags().has(AccessFlag.NATIVE));
  }

  private void reach(Method method) {
    if (libraries.has(method.owner()) && methods.add(method)) {
      pending.add(() -> scan(method));
    }
  }

  private void reachIdle(String signatureOrName) {
    List<Method> waiting = idle.remove(signatureOrName);
    if (waiting != null) {
      waiting.forEach(this::reach);
    }
  }

  /** By its name alone: any of its methods may be looked for. */
  private void reachNamed(String name) {
    if (libraries.has(name) && named.add(name)) {
      reach(name);
      for (MethodModel method : libraries.model(name).methods()) {
        reach(new Method(name, Libraries.signature(method)));
      }
    }
  }

  private void reachIn(String descriptor) {
    Matcher matcher = CLASS_IN_DESCRIPTOR.matcher(descriptor);
    while (matcher.find()) {
      reach(matcher.group(1));
    }
  }

  private void reach(ClassEntry entry) {
    String name = entry.asInternalName();
    if (name.startsWith("[")) {
      reachIn(name);
    } else {
      reach(name);
    }
  }

  private void scan(Method reached) {
    for (MethodModel method : libraries.model(reached.owner()).methods()) {
      if (Libraries.signature(method).equals(reached.signature())) {
        reachIn(method.methodType().stringValue());
        method.code().ifPresent(code -> code.forEach(this::scan));
      }
    }
  }

  private void scan(CodeElement element) {
    switch (element) {
      case InvokeInstruction call -> call(call.method());
      case InvokeDynamicInstruction call -> {
        reachIn(call.type().stringValue());
        bootstrap(call.invokedynamic().bootstrap());
      }
      case FieldInstruction field -> {
        reach(field.owner());
        reachIn(field.type().stringValue());
      }
      case ConstantInstruction.LoadConstantInstruction load -> constant(load.constantEntry());
      case NewObjectInstruction made -> reach(made.className());
      case NewReferenceArrayInstruction made -> reach(made.componentType());
      case NewMultiArrayInstruction made -> reach(made.arrayType());
      case TypeCheckInstruction check -> reach(check.type());
      case ExceptionCatch handler -> handler.catchType().ifPresent(this::reach);
      default -> {}
    }
  }

  private void constant(LoadableConstantEntry constant) {
    switch (constant) {
      case ClassEntry type -> reach(type);
      case StringEntry text -> string(text.stringValue());
      case MethodTypeEntry type -> reachIn(type.descriptor().stringValue());
      case MethodHandleEntry handle -> call(handle.reference());
      case ConstantDynamicEntry dynamic -> bootstrap(dynamic.bootstrap());
      default -> {}
    }
  }

  private void bootstrap(BootstrapMethodEntry bootstrap) {
    call(bootstrap.bootstrapMethod().reference());
    bootstrap.arguments().forEach(this::constant);
  }

  private void string(String text) {
    if (strings.add(text)) {
      reachNamed(text.replace('.', '/'));
      reachIdle(text);
    }
  }

  private void call(MemberRefEntry member) {
    reach(member.owner());
    reachIn(member.type().stringValue());
    if (member instanceof FieldRefEntry) {
      return;
    }
    String name = member.name().stringValue();
    String signature = name + member.type().stringValue();
    if (name.equals("<init>")) {
      reach(new Method(member.owner().asInternalName(), signature));
    } else if (called.add(signature)) {
      reachIdle(signature);
    }
  }
}
