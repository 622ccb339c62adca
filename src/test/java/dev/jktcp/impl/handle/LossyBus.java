package dev.jktcp.impl.handle;

import dev.jktcp.impl.frame.Frame;
import dev.jktcp.impl.frame.FrameCodec;
import dev.jktcp.proof.sim.SimRandom;
import dev.jktcp.testkit.ManualClock;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Loses, delays and repeats messages, when they are sent and again when they are delivered. Lab
 * context only.
 */
final class LossyBus {
  private static final int MAX_DELAY_MS = 300;
  private static final double MAX_RATE = 0.2;

  private final EventBus bus;
  private final ManualClock clock;
  private final SimRandom random;
  private final Harm out;
  private final Harm in;
  private final List<String> sessions = new ArrayList<>(); // addresses, in the order of their use
  private final Set<String> dead = new HashSet<>();
  private boolean again;
  private boolean healed;
  int harmed;

  private final class Harm implements Handler<DeliveryContext<Object>> {
    final double drop;
    final double delay;
    final double duplicate;

    Harm(boolean clean) {
      drop = clean ? 0 : rate();
      delay = clean ? 0 : rate();
      duplicate = clean ? 0 : rate();
    }

    /** Half of the rates are a few messages in a hundred, which streams often live through. */
    private double rate() {
      double most = random.oneOf(0.0, 0.02, 0.02, MAX_RATE);
      return most * random.below(1000) / 1000;
    }

    @Override
    public void handle(DeliveryContext<Object> delivery) {
      String address = delivery.message().address();
      if (address.startsWith("jktcp.session.") && !sessions.contains(address)) {
        sessions.add(address);
      }
      if (healed || again) {
        delivery.next();
      } else if (dead.contains(address) || random.chance(drop)) {
        harmed++;
      } else {
        pass(delivery);
      }
    }

    private void pass(DeliveryContext<Object> delivery) {
      boolean twice = random.chance(duplicate);
      if (random.chance(delay)) {
        harmed++;
        clock.once(random.between(1, MAX_DELAY_MS), delivery::next);
      } else {
        delivery.next();
      }
      if (twice) repeat(delivery.message());
    }

    private void repeat(Message<Object> message) {
      harmed++;
      if (random.chance(0.5)) {
        resend(message);
      } else {
        clock.once(random.between(1, MAX_DELAY_MS), () -> resend(message));
      }
    }
  }

  LossyBus(EventBus bus, ManualClock clock, SimRandom random, boolean clean) {
    this.bus = bus;
    this.clock = clock;
    this.random = random;
    this.out = new Harm(clean);
    this.in = new Harm(clean);
    bus.addOutboundInterceptor(out);
    bus.addInboundInterceptor(in);
  }

  private void resend(Message<Object> message) {
    DeliveryOptions options = new DeliveryOptions().setHeaders(message.headers());
    if (message.body() instanceof Frame) options.setCodecName(FrameCodec.NAME);
    again = true;
    bus.send(message.address(), message.body(), options);
    again = false;
  }

  /** Nothing reaches one end of a session any more. */
  void kill() {
    if (!sessions.isEmpty()) dead.add(sessions.get(random.below(sessions.size())));
  }

  /** Harms no more; what is late still comes. */
  void heal() {
    healed = true;
  }

  void remove() {
    bus.removeOutboundInterceptor(out);
    bus.removeInboundInterceptor(in);
  }

  @Override
  public String toString() {
    return "out " + text(out) + ", in " + text(in);
  }

  private static String text(Harm harm) {
    return "drop " + harm.drop + " delay " + harm.delay + " duplicate " + harm.duplicate;
  }
}
