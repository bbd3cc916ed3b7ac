package dev.streamgauge.parser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an independent reading found in the recordings. */
final class Manifest {
  /** One exchange; counts are -1 where the reading found none. */
  static final class Expected {
    String file = "";
    int conn;
    long contentEvents = -1;
    long prompt = -1;
    long completion = -1;
    final Map<Integer, String> finishes = new TreeMap<>();
  }

  private Manifest() {}

  static List<Expected> read(Path file) throws IOException {
    List<Expected> all = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      all.addAll(line(Answers.utf8(line)));
    }
    return all;
  }

  private static List<Expected> line(byte[] text) {
    JsonReader json = new JsonReader();
    json.reset(text, 0, text.length);
    List<Expected> all = new ArrayList<>();
    String file = "";
    json.enterObject();
    while (json.nextField()) {
      if (is(json, "file")) {
        json.filledString();
        file = json.string(200);
      } else if (is(json, "wire") && json.enterArray()) {
        while (json.nextElement()) {
          all.add(exchange(json, file));
        }
      } else {
        json.skipValue();
      }
    }
    return all;
  }

  private static Expected exchange(JsonReader json, String file) {
    Expected found = new Expected();
    found.file = file;
    json.enterObject();
    while (json.nextField()) {
      if (is(json, "conn")) {
        found.conn = (int) json.readCount();
      } else if (is(json, "n_content_events")) {
        found.contentEvents = json.readCount();
      } else if (is(json, "usage")) {
        usage(json, found);
      } else if (is(json, "finish_reasons") && json.enterObject()) {
        finishes(json, found);
      } else {
        json.skipValue();
      }
    }
    return found;
  }

  private static void usage(JsonReader json, Expected found) {
    if (json.enterObject()) {
      while (json.nextField()) {
        if (is(json, "prompt_tokens")) {
          found.prompt = json.readCount();
        } else if (is(json, "completion_tokens")) {
          found.completion = json.readCount();
        } else {
          json.skipValue();
        }
      }
    }
  }

  private static void finishes(JsonReader json, Expected found) {
    while (json.nextField()) {
      int choice = json.nameIs(Answers.utf8("1")) ? 1 : 0;
      if (json.filledString()) {
        found.finishes.put(choice, json.string(64));
      }
    }
  }

  private static boolean is(JsonReader json, String name) {
    return json.nameIs(Answers.utf8(name));
  }
}
