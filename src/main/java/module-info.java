/** Userspace TCP for Vert.x over any pair of streams that carries IP packets. */
@SuppressWarnings("requires-automatic") // JNA, Micrometer
module dev.jktcp {
  requires transitive io.vertx.core;
  requires io.vertx.core.logging;
  requires io.netty.buffer;
  requires io.netty.codec; // the proxy's, with the next two
  requires io.netty.codec.http;
  requires io.netty.codec.socks;
  requires io.netty.codec.dns; // the resolver's, with the next two
  requires io.netty.resolver;
  requires io.netty.resolver.dns;
  requires io.netty.common;
  requires transitive io.netty.transport; // channels that KernelSockets marks
  requires static io.vertx.codegen.api; // annotations, which nothing reads while it runs
  requires static info.picocli; // only for the command line
  requires java.logging;
  requires jdk.management; // thread CPU time, for the bench
  requires static com.sun.jna;
  // Not transitive: javac asks for those of a module that requires this one, static or not.
  requires static micrometer.core;
  requires static io.vertx.healthcheck;

  exports dev.jktcp;
  exports dev.jktcp.health;
  exports dev.jktcp.metrics;
  exports dev.jktcp.tcp;
  exports dev.jktcp.time;
  exports dev.jktcp.transport;
  exports dev.jktcp.pcap; // what a CapturingTransport shows its packets to

  provides io.vertx.core.spi.VertxServiceProvider with
      dev.jktcp.impl.channel.RoutesProvider;

  opens dev.jktcp.cli to
      info.picocli;
}
