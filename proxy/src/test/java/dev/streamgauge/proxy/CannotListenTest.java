package dev.streamgauge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.streamgauge.config.HostPort;
import dev.streamgauge.config.ProxyOptions;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.BindException;
import java.nio.channels.UnresolvedAddressException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

final class CannotListenTest {
  @Test
  void theReasonIsTheSameWithEitherTransport() {
    Assumptions.assumeTrue(Epoll.isAvailable()); // which loads what makes the numbered errors
    assertThat(why(Errors.newIOException("bind", -98))).isEqualTo("this one is in use");
    assertThat(why(new BindException("Address already in use"))).isEqualTo("this one is in use");
    assertThat(why(Errors.newIOException("bind", -99)))
        .isEqualTo(why(new BindException("Cannot assign requested address")))
        .isEqualTo("this one is not of this machine");
    assertThat(why(Errors.newIOException("bind", -13)))
        .isEqualTo(why(new BindException("Permission denied")))
        .isEqualTo("this user may not listen there");
    assertThat(why(new UnresolvedAddressException())).isEqualTo("its name is not known");
  }

  @Test
  void whatIsNotKnownIsSaidInTheSystemsWords() {
    assertThat(why(new IOException("bind(..) failed with error(-24): Too many open files")))
        .isEqualTo("the system says: Too many open files");
  }

  private static String why(Throwable cause) {
    return new CannotListen(ProxyOptions.ADMIN, new HostPort("127.0.0.1", 1), cause).why();
  }
}
