package dev.jktcp.impl.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The file of a Unix socket that only its owner can connect to. The kernel gives a new socket the
 * mode of the umask, so the socket is bound in a directory of mode 0700, gets its own mode there,
 * and only then its name by a link, which never replaces a file.
 */
final class SocketFile {
  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rw-------");

  private static final int NAMES = 36 * 36 * 36 * 36; // short: a socket's path has 107 bytes
  private static final int RADIX = 36;

  private final Path path;
  private Path directory; // of mode 0700, beside the path; null before begin and after finish

  SocketFile(Path path) {
    this.path = path;
  }

  /**
   * Makes the private directory, after the socket of a dead process is removed from the path.
   *
   * @return where to bind
   * @throws IOException if the path is in use, or no directory can be made beside it
   */
  Path begin() throws IOException {
    checkOld();
    directory = makeDirectory();
    return directory.resolve("s");
  }

  /**
   * Gives the bound socket its mode and then its name.
   *
   * @throws IOException if the path was taken meanwhile
   */
  void publish() throws IOException {
    Path bound = directory.resolve("s");
    Files.setPosixFilePermissions(bound, OWNERS);
    removeDead();
    try {
      Files.createLink(path, bound);
    } catch (FileAlreadyExistsException taken) {
      throw new IOException("another process listens there", taken);
    }
  }

  /** Removes the private directory. */
  void finish() throws IOException {
    if (directory != null) {
      Files.deleteIfExists(directory.resolve("s"));
      Files.deleteIfExists(directory.resolve("old"));
      Files.deleteIfExists(directory);
      directory = null;
    }
  }

  void remove() throws IOException {
    Files.deleteIfExists(path);
  }

  private void checkOld() throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!isSocket()) {
      throw new IOException("the file there is not a socket: remove it, or choose another path");
    }
    if (isListening(path)) {
      throw new IOException("another process listens there");
    }
  }

  /**
   * Removes the file of a dead process. Another process may replace that file at the same moment,
   * so it is first moved to where only this process sees it, and put back if a process listens.
   */
  private void removeDead() throws IOException {
    if (!isSocket() || isListening(path)) {
      return;
    }
    Path old = directory.resolve("old");
    Files.move(path, old);
    if (isListening(old)) {
      Files.createLink(path, old);
    }
  }

  private boolean isSocket() {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isOther();
    } catch (IOException none) {
      return false;
    }
  }

  /** Without waiting: a living process whose backlog is full neither accepts nor refuses. */
  private static boolean isListening(Path socket) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return true;
    } catch (ConnectException dead) {
      return false;
    } catch (SocketException busy) { // or it is another user's, or it has just gone
      return Files.exists(socket, LinkOption.NOFOLLOW_LINKS);
    }
  }

  private Path makeDirectory() throws IOException {
    while (true) {
      String name = "." + Integer.toString(ThreadLocalRandom.current().nextInt(NAMES), RADIX);
      try {
        return Files.createDirectory(path.resolveSibling(name), OWNERS_DIRECTORY);
      } catch (FileAlreadyExistsException taken) {
        // by another program that begins now: the next name
      }
    }
  }
}
