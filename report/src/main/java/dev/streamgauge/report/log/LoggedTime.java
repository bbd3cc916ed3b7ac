package dev.streamgauge.report.log;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Reads {@code time}. The form that the proxy writes takes no date library, any other does. */
final class LoggedTime {
  private static final int LENGTH = "2026-11-24T09:00:00.000Z".length();
  private static final int LENGTH_MAX = 40;
  private static final String FORM = "0000-00-00T00:00:00.000Z";

  /** Years 1 to 9999: what is beyond is a broken clock. */
  private static final long MILLIS_MAX = 253_402_300_799_999L;

  private LoggedTime() {}

  /** Since 1970; null where it is no moment in RFC 3339. */
  static @Nullable Long millis(String text) {
    return hasForm(text) ? (Long) plain(text) : any(text);
  }

  private static boolean hasForm(String text) {
    if (text.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      char form = FORM.charAt(i);
      if (form == '0' ? c < '0' || c > '9' : c != form) {
        return false;
      }
    }
    int month = number(text, 5, 7);
    int day = number(text, 8, 10);
    // a 29th to 31st is left to the library
    return month >= 1
        && month <= 12
        && day >= 1
        && day <= 28
        && number(text, 11, 13) < 24
        && number(text, 14, 16) < 60
        && number(text, 17, 19) < 60;
  }

  private static long plain(String text) {
    long day =
        LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay();
    long seconds =
        (day * 24 + number(text, 11, 13)) * 3600
            + number(text, 14, 16) * 60L
            + number(text, 17, 19);
    return seconds * 1000 + number(text, 20, 23);
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + (text.charAt(i) - '0');
    }
    return number;
  }

  private static @Nullable Long any(String text) {
    if (text.length() > LENGTH_MAX) {
      return null;
    }
    try {
      Instant moment = OffsetDateTime.parse(text).toInstant();
      long millis = moment.toEpochMilli();
      return Math.abs(millis) > MILLIS_MAX ? null : (Long) millis;
    } catch (DateTimeException _) {
      return null;
    }
  }
}
