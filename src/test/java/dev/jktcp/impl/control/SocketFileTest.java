package dev.jktcp.impl.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of a control socket: no moment at which another user can connect, and whose it is. */
class SocketFileTest {
  private static final Set<PosixFilePermission> ALL = PosixFilePermissions.fromString("rwxrwxrwx");

  @TempDir private Path dir;

  private Path path() {
    return dir.resolve("x.sock");
  }

  /** The worst: other users can list, make and remove what is in the directory. */
  @BeforeEach
  void openToAll() throws IOException {
    Files.setPosixFilePermissions(dir, ALL);
  }

  /** Binds as a process of umask 0 does. */
  private static ServerSocketChannel bind(Path at) throws IOException {
    ServerSocketChannel server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(at));
    Files.setPosixFilePermissions(at, ALL);
    return server;
  }

  /** Connecting takes the right to write to the socket, and to search each directory before it. */
  private List<Path> openToOthers() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.filter(SocketFileTest::isOpenToOthers).toList();
    }
  }

  private static boolean isOpenToOthers(Path file) {
    try {
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
      return !mode.endsWith("------");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean connects(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (ConnectException refused) {
      return false;
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void atEachStep_noOtherUserReachesTheSocket() throws IOException {
    SocketFile file = new SocketFile(path());
    Path at = file.begin();
    assertEquals(List.of(), openToOthers());
    try (ServerSocketChannel server = bind(at)) {
      assertEquals(dir, at.getParent().getParent());
      assertEquals(List.of(), openToOthers());
      assertFalse(Files.exists(path()));
      file.publish();
      assertEquals(List.of(), openToOthers());
      file.finish();
      assertEquals(List.of("x.sock"), names());
      String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path()));
      assertEquals("rw-------", mode);
      assertTrue(connects(path()));
      assertTrue(server.isOpen());
      file.remove();
    }
    assertEquals(List.of(), names());
  }

  @Test
  void bindingInPlace_wouldBeSeen() throws IOException {
    try (ServerSocketChannel server = bind(path())) {
      assertEquals(List.of(path()), openToOthers());
      assertTrue(server.isOpen());
    }
  }

  @Test
  void socketOfADeadProcess_isReplaced_andNothingIsLeft() throws IOException {
    bind(path()).close(); // which leaves the file
    SocketFile file = new SocketFile(path());
    try (ServerSocketChannel server = bind(file.begin())) {
      file.publish();
      file.finish();
      assertTrue(connects(path()));
      assertTrue(server.isOpen());
      assertEquals(List.of("x.sock"), names());
    }
  }

  @Test
  void socketOfALivingProcess_stays_evenIfItsBacklogIsFull() throws IOException {
    try (ServerSocketChannel server =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(path()), 1)) {
      SocketFile file = new SocketFile(path());
      for (int i = 0; i < 5; i++) { // each asks it, and it accepts none
        IOException taken = assertThrows(IOException.class, file::begin);
        assertEquals("another process listens there", taken.getMessage());
      }
      assertTrue(server.isOpen());
      assertEquals(List.of("x.sock"), names());
    }
  }

  @Test
  void pathTakenBetweenTheSteps_staysTheOthers() throws IOException {
    SocketFile late = new SocketFile(path());
    try (ServerSocketChannel lates = bind(late.begin());
        ServerSocketChannel first = bind(path())) {
      IOException taken = assertThrows(IOException.class, late::publish);
      assertEquals("another process listens there", taken.getMessage());
      assertTrue(lates.isOpen());
      late.finish();
      first.configureBlocking(false);
      while (first.accept() != null) {
        // the questions of the late one
      }
      assertTrue(connects(path()));
      assertTrue(first.accept() != null);
      assertEquals(List.of("x.sock"), names());
    }
  }

  @Test
  void fileThatIsNoSocket_isRefused_andStays() throws IOException {
    Files.writeString(path(), "mine");
    IOException refused = assertThrows(IOException.class, new SocketFile(path())::begin);
    assertEquals(
        "the file there is not a socket: remove it, or choose another path", refused.getMessage());
    assertEquals("mine", Files.readString(path()));
  }
}
