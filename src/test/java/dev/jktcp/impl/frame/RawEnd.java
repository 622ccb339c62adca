package dev.jktcp.impl.frame;

import dev.jktcp.impl.Lab;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a session in the hands of a test: notes every frame and when it came, and says what it
 * is told to.
 */
public final class RawEnd {
  /** A frame and when it came. */
  public record Came(long atMs, Frame frame) {}

  private final Lab lab;
  private final Vertx vertx;
  private final String address;
  private final List<Came> came = new ArrayList<>(); // lab context
  private final MessageConsumer<Frame> consumer;
  private String other;

  public RawEnd(Lab lab, Vertx vertx, String address) throws Exception {
    this.lab = lab;
    this.vertx = vertx;
    this.address = address;
    FrameCodec.register(vertx);
    consumer =
        lab.call(
            () ->
                vertx
                    .eventBus()
                    .<Frame>consumer(
                        address, message -> came.add(new Came(lab.nowMs(), message.body()))));
    lab.result(consumer.completion());
  }

  public String address() {
    return address;
  }

  public void talkTo(String newOther) {
    other = newOther;
  }

  public void say(Said said) throws Exception {
    say(said.frame());
  }

  public void say(Frame frame) throws Exception {
    DeliveryOptions options = new DeliveryOptions().setCodecName(FrameCodec.NAME);
    lab.run(() -> vertx.eventBus().send(other, frame, options));
    lab.settle();
  }

  public void leave() throws Exception {
    lab.run(consumer::unregister);
    lab.settle();
  }

  /** What came since the last time, in order. */
  public List<Came> next() throws Exception {
    lab.settle();
    return lab.call(
        () -> {
          List<Came> result = List.copyOf(came);
          came.clear();
          return result;
        });
  }

  public List<Frame> nextFrames() throws Exception {
    return next().stream().map(Came::frame).toList();
  }

  /** The only one that came. */
  public Frame nextFrame() throws Exception {
    List<Frame> frames = nextFrames();
    if (frames.size() != 1) throw new AssertionError("not one frame: " + frames);
    return frames.get(0);
  }

  /** The last one. */
  public Frame lastFrame() throws Exception {
    List<Frame> frames = nextFrames();
    if (frames.isEmpty()) throw new AssertionError("no frame");
    return frames.get(frames.size() - 1);
  }
}
