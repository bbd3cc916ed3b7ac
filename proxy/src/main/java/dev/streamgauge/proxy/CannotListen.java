package dev.streamgauge.proxy;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.Option;
import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import org.jspecify.annotations.Nullable;

/** An address that cannot be listened on: mostly one in use, or none of this machine. */
public final class CannotListen extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Option<?> option;
  private final transient HostPort address;
  private final String why;

  public CannotListen(Option<?> option, HostPort address, Throwable cause) {
    super(option.name() + ": " + address + " (" + why(cause) + ")", cause);
    this.option = option;
    this.address = address;
    this.why = why(cause);
  }

  public Option<?> option() {
    return option;
  }

  public HostPort address() {
    return address;
  }

  /** In a few words. */
  public String why() {
    return why;
  }

  private static String why(Throwable cause) {
    if (cause instanceof UnresolvedAddressException) {
      return "its name is not known";
    }
    String known = cause instanceof NativeIoException fault ? known(fault) : known(cause);
    return known == null ? "the system says: " + words(cause) : known;
  }

  /** By Linux' error numbers. */
  private static @Nullable String known(NativeIoException fault) {
    return switch (Math.abs(fault.expectedErr())) {
      case 98 -> "this one is in use";
      case 97, 99 -> "this one is not of this machine";
      case 13 -> "this user may not listen there";
      default -> null;
    };
  }

  /** By what Java's own sockets say, which have no numbers. */
  private static @Nullable String known(Throwable cause) {
    String text = cause.getMessage() == null ? "" : cause.getMessage();
    if (text.contains("already in use")) {
      return "this one is in use";
    }
    if (text.contains("requested address")) {
      return "this one is not of this machine";
    }
    return text.contains("ermission denied") ? "this user may not listen there" : null;
  }

  /** The system's words, which stand behind those of the library. */
  private static String words(Throwable cause) {
    String text = cause.getMessage();
    return text == null
        ? cause.getClass().getSimpleName()
        : text.substring(text.lastIndexOf(": ") < 0 ? 0 : text.lastIndexOf(": ") + 2);
  }
}
