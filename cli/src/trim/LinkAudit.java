import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.InterfaceMethodRefEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Whether each call of what was kept still finds its method: where there was one before, one of the
 * same class or above it must have been kept.
 */
final class LinkAudit {
  private final Libraries libraries;
  private final Reach reach;
  private final Set<String> broken = new TreeSet<>();

  private LinkAudit(Libraries libraries, Reach reach) {
    this.libraries = libraries;
    this.reach = reach;
  }

  /** Throws where a call would fail. */
  static void check(Libraries libraries, Reach reach) {
    LinkAudit audit = new LinkAudit(libraries, reach);
    for (String name : libraries.names()) {
      if (reach.has(name)) {
        audit.check(name, libraries.model(name));
      }
    }
    if (!audit.broken.isEmpty()) {
      throw new IllegalStateException("left out, but called: " + audit.broken);
    }
  }

  private void check(String name, ClassModel model) {
    for (MethodModel method : model.methods()) {
      if (reach.has(name, method)) {
        method
            .code()
            .ifPresent(
                code ->
                    code.forEach(
                        element -> {
                          if (element instanceof InvokeInstruction call) {
                            check(name, call.method());
                          }
                        }));
      }
    }
  }

  private void check(String from, MemberRefEntry call) {
    assert call instanceof MethodRefEntry || call instanceof InterfaceMethodRefEntry;
    String owner = call.owner().asInternalName();
    String signature = call.name().stringValue() + call.type().stringValue();
    if (libraries.has(owner)
        && finds(owner, signature, _ -> true, new HashSet<>())
        && !finds(owner, signature, this::isKept, new HashSet<>())) {
      broken.add(from + " calls " + owner + "." + signature);
    }
  }

  private record Found(String owner, MethodModel method) {}

  private boolean isKept(Found found) {
    return !libraries.has(found.owner()) || reach.has(found.owner(), found.method());
  }

  private boolean finds(String owner, String signature, Predicate<Found> counts, Set<String> seen) {
    return seen.add(owner)
        && libraries
            .find(owner)
            .map(
                model ->
                    model.methods().stream()
                            .anyMatch(
                                method ->
                                    Libraries.signature(method).equals(signature)
                                        && counts.test(new Found(owner, method)))
                        || Libraries.parents(model).stream()
                            .anyMatch(parent -> finds(parent, signature, counts, seen)))
            .orElse(false);
  }
}
