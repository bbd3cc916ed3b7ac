package dev.streamgauge.proxy;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.Option;
import java.io.IOException;

/** An address that cannot be listened on: mostly one in use, or none of this machine. */
public final class CannotListen extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Option<?> option;
  private final transient HostPort address;

  public CannotListen(Option<?> option, HostPort address, Throwable cause) {
    super(option.name() + ": " + address + " (" + cause.getMessage() + ")", cause);
    this.option = option;
    this.address = address;
  }

  public Option<?> option() {
    return option;
  }

  public HostPort address() {
    return address;
  }
}
