package dev.jktcp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where running commands are found, and what is not taken for one. */
class ControlDirectoryTest {
  private static final String USER = System.getProperty("user.name");

  @TempDir private Path dir;

  private ControlDirectory in(Map<String, String> environment) {
    return new ControlDirectory(environment::get, dir, USER);
  }

  @Test
  void directory_isOfTheSession_orBesideTheTemporaryFiles() {
    assertEquals(
        Path.of("/run/user/7/jktcp/5.sock"),
        in(Map.of("XDG_RUNTIME_DIR", "/run/user/7")).socketOf(5));
    for (Map<String, String> none :
        List.of(
            Map.<String, String>of(),
            Map.of("XDG_RUNTIME_DIR", ""),
            Map.of("XDG_RUNTIME_DIR", "relative"))) {
      assertEquals(dir.resolve("jktcp-" + USER).resolve("5.sock"), in(none).socketOf(5));
    }
    ControlDirectory odd = new ControlDirectory(name -> null, dir, "a/../b");
    assertEquals(dir.resolve("jktcp-a_.._b"), odd.socketOf(5).getParent());
  }

  @Test
  void directory_isMadeForItsOwnerAlone_andOneThatIsNotIsRefused() throws IOException {
    ControlDirectory directory = in(Map.of());
    assertEquals(List.of(), directory.pids());
    directory.prepare();
    directory.prepare();
    Path its = directory.socketOf(1).getParent();
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(its)));
    Files.setPosixFilePermissions(its, PosixFilePermissions.fromString("rwxrwxrwx"));
    String refused = assertThrows(IOException.class, directory::prepare).getMessage();
    assertEquals(its + " is not a directory of this user alone: remove it", refused);
    assertEquals(refused, assertThrows(IOException.class, directory::pids).getMessage());
    Files.delete(its);
    Files.createSymbolicLink(its, dir);
    assertThrows(IOException.class, directory::prepare);
  }

  @Test
  void directory_isMadeByManyCommandsAtOnce_andAFileInItsPlaceIsNamed() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "");
    ControlDirectory inFile = in(Map.of("XDG_RUNTIME_DIR", file.toString()));
    assertEquals(
        file + " is not a directory",
        assertThrows(IOException.class, inFile::prepare).getMessage());
    ExecutorService commands = Executors.newFixedThreadPool(8);
    try {
      for (int round = 0; round < 50; round++) {
        ControlDirectory directory =
            in(Map.of("XDG_RUNTIME_DIR", dir.resolve("run" + round).toString()));
        Callable<Void> command =
            () -> {
              directory.prepare();
              return null;
            };
        for (Future<Void> made : commands.invokeAll(Collections.nCopies(8, command))) {
          made.get();
        }
      }
    } finally {
      commands.shutdownNow();
    }
  }

  @Test
  void staleSocket_isRemoved_andNoCommandIsSaidToRun() throws IOException {
    ControlDirectory directory = in(Map.of());
    directory.prepare();
    Path stale = directory.socketOf(12);
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(stale))
        .close();
    Files.writeString(stale.resolveSibling("notes.txt"), "not a socket");
    Files.writeString(stale.resolveSibling("x.sock"), "nor this");
    assertEquals(List.of(12L), directory.pids());
    ControlTarget target = new ControlTarget(directory);
    assertEquals("no command of this user is running", failure(target, null));
    assertTrue(Files.notExists(stale));
    assertEquals("no running command has process id 12", failure(target, "12"));
    assertEquals(
        "cannot connect to unix:" + dir + "/none: no such file",
        failure(target, "unix:" + dir + "/none"));
    Path file = Files.writeString(dir.resolve("file"), "");
    assertEquals(
        "cannot connect to unix:" + file + ": no process listens there",
        failure(target, "unix:" + file));
  }

  private static String failure(ControlTarget target, String given) {
    return assertThrows(IOException.class, () -> target.connect(given)).getMessage();
  }

  @Test
  void commands_areListed_byTheirNumbers() throws IOException {
    ControlDirectory directory = in(Map.of());
    directory.prepare();
    for (long pid : new long[] {100, 20}) {
      ServerSocketChannel.open(StandardProtocolFamily.UNIX)
          .bind(UnixDomainSocketAddress.of(directory.socketOf(pid)));
    }
    assertEquals(List.of(20L, 100L), directory.pids());
    ControlTarget target = new ControlTarget(directory);
    assertEquals("no running command has process id 3; running are 20, 100", failure(target, "3"));
    List<ControlClient> all = target.connect(null);
    assertEquals(2, all.size());
    for (ControlClient client : all) client.close();
  }
}
