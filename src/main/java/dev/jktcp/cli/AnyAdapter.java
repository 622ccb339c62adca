package dev.jktcp.cli;

import dev.jktcp.Adapter;
import dev.jktcp.ConnectOptions;
import dev.jktcp.TcpServer;
import dev.jktcp.TcpStream;
import io.vertx.core.Future;
import io.vertx.core.Handler;

/** What a command asks of an adapter, wherever that lives. */
interface AnyAdapter {
  /** One of this process, driven directly. */
  static AnyAdapter inHand(Adapter adapter) {
    return new AnyAdapter() {
      @Override
      public Future<TcpStream> connect(ConnectOptions options) {
        return adapter.connect(options);
      }

      @Override
      public Future<TcpServer> listen(int port, Handler<TcpStream> handler) {
        return adapter.listen(port, handler);
      }

      @Override
      public Future<Void> pcap(String path) {
        return adapter.pcap(path);
      }

      @Override
      public Future<Void> stopPcap() {
        return adapter.stopPcap();
      }

      @Override
      public void closeHandler(Handler<Throwable> handler) {
        adapter.closeHandler(handler);
      }

      @Override
      public Future<Void> close() {
        return adapter.close();
      }
    };
  }

  Future<TcpStream> connect(ConnectOptions options);

  Future<TcpServer> listen(int port, Handler<TcpStream> handler);

  Future<Void> pcap(String path);

  Future<Void> stopPcap();

  /** As {@link Adapter#closeHandler}; there is one. */
  void closeHandler(Handler<Throwable> handler);

  /** Ends the adapter, its connections and its transport. */
  Future<Void> close();
}
