package dev.streamgauge.cluster.kube;

import org.jspecify.annotations.Nullable;

/**
 * Which objects of a kind.
 *
 * @param namespace null for all
 * @param labels a label selector, or null for all
 * @param fields a field selector, or null for all
 */
public record Selectors(
    @Nullable String namespace, @Nullable String labels, @Nullable String fields) {
  public static final Selectors ALL = new Selectors(null, null, null);

  public static Selectors in(@Nullable String namespace) {
    return new Selectors(namespace, null, null);
  }

  public Selectors withLabels(@Nullable String selector) {
    return new Selectors(namespace, selector, fields);
  }

  public Selectors withFields(@Nullable String selector) {
    return new Selectors(namespace, labels, selector);
  }

  /** Behind the path, with a question mark or an ampersand before each parameter. */
  String query(@Nullable String... more) {
    StringBuilder query = new StringBuilder();
    add("labelSelector", labels, query);
    add("fieldSelector", fields, query);
    for (int i = 0; i < more.length; i += 2) {
      String name = more[i];
      if (name != null) {
        add(name, more[i + 1], query);
      }
    }
    return query.toString();
  }

  private static void add(String name, @Nullable String value, StringBuilder query) {
    if (value != null) {
      query.append(query.isEmpty() ? '?' : '&').append(name).append('=');
      query.append(Resource.escaped(value));
    }
  }
}
