package dev.jktcp.impl.channel;

import io.vertx.core.internal.VertxBootstrap;
import io.vertx.core.spi.VertxServiceProvider;
import io.vertx.core.spi.transport.Transport;

/**
 * Gives each Vert.x instance a transport with routes if the system property {@value #PROPERTY} is
 * set, for applications whose Vert.x a launcher or a framework makes. The property's value is a
 * list of {@code prefix=adapter} and, for names, {@code *.suffix=adapter}. It may be empty, for
 * deployed adapters bring their own routes.
 */
public final class RoutesProvider implements VertxServiceProvider {
  public static final String PROPERTY = "jktcp.routes";

  /** The system property for {@link RoutedTransport#pollMicros} of such a transport. */
  public static final String POLL_PROPERTY = "jktcp.pollMicros";

  private static final String BELOW = "*.";

  @Override
  public void init(VertxBootstrap bootstrap) {
    String asked = System.getProperty(PROPERTY);
    if (asked == null) {
      return;
    }
    Transport beneath = bootstrap.transport();
    RoutedTransport transport =
        new RoutedTransport(
            beneath == null ? io.vertx.core.transport.Transport.NIO.implementation() : beneath);
    transport.pollMicros(pollMicros());
    for (String route : asked.split(",")) {
      if (!route.isBlank()) {
        add(transport, route.strip());
      }
    }
    bootstrap.transport(transport);
  }

  private static int pollMicros() {
    String asked = System.getProperty(POLL_PROPERTY);
    if (asked == null) {
      return RoutedTransport.DEFAULT_POLL_MICROS;
    }
    try {
      return Integer.parseInt(asked.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "-D" + POLL_PROPERTY + ": " + asked + " is no number of microseconds", e);
    }
  }

  private static void add(RoutedTransport transport, String route) {
    int equals = route.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          "-D" + PROPERTY + ": " + route + " is not of the form prefix=adapter");
    }
    String what = route.substring(0, equals).strip();
    String adapter = route.substring(equals + 1).strip();
    if (what.startsWith(BELOW)) {
      transport.names(what.substring(BELOW.length()), adapter);
    } else {
      transport.route(what, adapter, false);
    }
  }
}
