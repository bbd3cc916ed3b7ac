import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds the components of a bill of materials (CycloneDX, JSON) against a list of versions that are
 * known to be bad: {@code java audit/Audit.java KNOWN-BAD BOM}. Exit code 1 and a line for each one
 * that is found, 2 where there is nothing to look at.
 */
final class Audit {
  private static final Pattern COMPONENT =
      Pattern.compile("\"purl\"\\s*:\\s*\"pkg:maven/([^/\"]+)/([^@\"]+)@([^?\"]+)");

  private record Component(String group, String artifact, String version) {}

  /** Versions of an artifact; of a range {@code to} is the first that is good again. */
  private record Bad(
      String group, String artifact, String from, String to, String advisory, String what) {
    static Bad of(String line) {
      String[] words = line.split("\\s+", 4);
      String[] name = words[0].split(":");
      if (words.length < 4 || name.length != 2) {
        throw new IllegalArgumentException("not group:artifact, versions, advisory, text: " + line);
      }
      String versions = words[1];
      if (versions.startsWith("<")) {
        return new Bad(name[0], name[1], "0", versions.substring(1), words[2], words[3]);
      }
      if (versions.startsWith("=")) {
        String one = versions.substring(1);
        return new Bad(name[0], name[1], one, one + ".0.1", words[2], words[3]);
      }
      String[] bounds = versions.split("\\.\\.(?=\\d)", 2);
      if (bounds.length != 2) {
        throw new IllegalArgumentException("versions are <V, =V or A..B: " + line);
      }
      return new Bad(name[0], name[1], bounds[0], bounds[1], words[2], words[3]);
    }

    boolean fits(Component component) {
      return component.group().equals(group)
          && (artifact.equals("*") || component.artifact().equals(artifact))
          && compare(component.version(), from) >= 0
          && compare(component.version(), to) < 0;
    }
  }

  private Audit() {}

  public static void main(String[] args) throws IOException {
    List<Bad> known =
        Files.readAllLines(Path.of(args[0])).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(Bad::of)
            .toList();
    List<Component> components = components(Files.readString(Path.of(args[1])));
    if (known.isEmpty() || components.isEmpty()) {
      System.err.println("audit: nothing to look at in " + args[known.isEmpty() ? 0 : 1]);
      System.exit(2);
    }
    int found = 0;
    for (Component component : components) {
      for (Bad bad : known) {
        if (bad.fits(component)) {
          found++;
          System.err.printf(
              "audit: %s:%s %s: %s, %s (good from %s)%n",
              component.group(),
              component.artifact(),
              component.version(),
              bad.advisory(),
              bad.what(),
              bad.to());
        }
      }
    }
    System.err.printf(
        "audit: %d components, %d known bad versions, %d found%n",
        components.size(), known.size(), found);
    System.exit(found == 0 ? 0 : 1);
  }

  private static List<Component> components(String bom) {
    List<Component> all = new ArrayList<>();
    Matcher matcher = COMPONENT.matcher(bom);
    while (matcher.find()) {
      all.add(new Component(matcher.group(1), matcher.group(2), matcher.group(3)));
    }
    return all.stream().distinct().toList();
  }

  /** By the numbers in them; a candidate or milestone of a version comes before it. */
  private static int compare(String one, String other) {
    String[] ones = one.split("[.-]");
    String[] others = other.split("[.-]");
    for (int i = 0; i < Math.max(ones.length, others.length); i++) {
      int difference = Long.compare(part(ones, i), part(others, i));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private static long part(String[] parts, int at) {
    if (at >= parts.length || parts[at].equals("Final")) {
      return 0;
    }
    return parts[at].chars().allMatch(Character::isDigit) ? Long.parseLong(parts[at]) : -1;
  }
}
