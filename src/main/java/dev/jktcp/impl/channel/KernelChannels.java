package dev.jktcp.impl.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.PromiseNotifier;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Puts a channel of the kernel's transport behind a routed channel whose address is the kernel's.
 */
final class KernelChannels {
  private KernelChannels() {}

  /**
   * @param kernel new, and registered here with the event loop of {@code face}
   * @param options as they were set
   * @param onActive whether the handlers of {@code face} get channelActive
   * @param promise fails if the channel cannot be registered
   * @param then called when it is registered
   */
  static void stand(
      Channel kernel,
      Channel face,
      RoutedUnsafe unsafe,
      Map<ChannelOption<?>, Object> options,
      BooleanSupplier onActive,
      ChannelPromise promise,
      Consumer<Channel> then) {
    options.forEach((option, value) -> set(kernel, option, value));
    kernel.config().setAutoRead(face.config().isAutoRead());
    kernel.pipeline().addLast(new KernelRelay(face, onActive));
    unsafe.become(kernel);
    kernel
        .closeFuture()
        .addListener(
            closed -> {
              if (unsafe.kernel() == kernel) {
                unsafe.close(unsafe.voidPromise());
              }
            });
    face.eventLoop()
        .register(kernel)
        .addListener(
            registered -> {
              if (registered.isSuccess()) {
                then.accept(kernel);
              } else {
                promise.tryFailure(registered.cause());
                unsafe.close(unsafe.voidPromise());
              }
            });
  }

  /** The promise succeeds or fails as the kernel channel's call does. */
  static ChannelPromise passOn(ChannelFuture kernels, ChannelPromise promise) {
    kernels.addListener(new PromiseNotifier<>(false, promise));
    return promise;
  }

  /**
   * Sets an option. An option that the transport does not know is ignored, as in Netty's own
   * Bootstrap.
   */
  @SuppressWarnings("unchecked") // each value came with its option
  private static void set(Channel kernel, ChannelOption<?> option, Object value) {
    kernel.config().setOption((ChannelOption<Object>) option, value);
  }
}
