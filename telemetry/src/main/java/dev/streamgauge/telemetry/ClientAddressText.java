package dev.streamgauge.telemetry;

import dev.streamgauge.telemetry.TelemetrySettings.ClientAddress;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What may be told of a client's address. */
public final class ClientAddressText {
  private static final int IPV4_BYTES = 4;

  private ClientAddressText() {}

  /** Null where nothing may be told, or where a prefix is asked for and there is no IP address. */
  public static @Nullable String of(@Nullable String client, ClientAddress mode) {
    if (client == null) {
      return null;
    }
    return switch (mode) {
      case OFF -> null;
      case FULL -> client;
      case PREFIX -> prefix(client);
    };
  }

  private static @Nullable String prefix(String client) {
    byte[] address = parse(client);
    if (address == null) {
      return null;
    }
    if (address.length == IPV4_BYTES) {
      return (address[0] & 0xFF) + "." + (address[1] & 0xFF) + "." + (address[2] & 0xFF) + ".0/24";
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < groups(address); i++) {
      text.append(i == 0 ? "" : ":").append(Integer.toHexString(group(address, i)));
    }
    return text.append("::/48").toString();
  }

  /** Of the three 16-bit groups of a /48, those up to the last that is not zero. */
  private static int groups(byte[] address) {
    int groups = 3;
    while (groups > 0 && group(address, groups - 1) == 0) {
      groups--;
    }
    return groups;
  }

  private static int group(byte[] address, int index) {
    return ((address[2 * index] & 0xFF) << 8) | (address[2 * index + 1] & 0xFF);
  }

  /** Looks up no names. */
  private static byte @Nullable [] parse(String client) {
    int scope = client.indexOf('%');
    try {
      return InetAddress.ofLiteral(scope < 0 ? client : client.substring(0, scope)).getAddress();
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }
}
