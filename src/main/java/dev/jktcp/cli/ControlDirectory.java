package dev.jktcp.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The directory of the control sockets of a user's running commands, one for each process: {@code
 * jktcp} in XDG_RUNTIME_DIR. Without that variable, or if its path is relative (which the XDG Base
 * Directory Specification says to ignore), a directory of the user's own among the temporary files.
 */
final class ControlDirectory {
  private static final String SUFFIX = ".sock";
  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rwx------");

  private final Path directory;
  private final String user;

  /**
   * @param environment by name; null for a variable that is not set
   */
  ControlDirectory(UnaryOperator<String> environment, Path temporary, String user) {
    String runtime = environment.apply("XDG_RUNTIME_DIR");
    this.user = user;
    this.directory =
        runtime == null || !runtime.startsWith("/")
            ? temporary.resolve("jktcp-" + user.replaceAll("[^\\w.-]", "_"))
            : Path.of(runtime).resolve("jktcp");
  }

  static ControlDirectory ofThisUser() {
    return new ControlDirectory(
        System::getenv,
        Path.of(System.getProperty("java.io.tmpdir")),
        System.getProperty("user.name"));
  }

  Path socketOf(long pid) {
    return directory.resolve(pid + SUFFIX);
  }

  /**
   * Makes the directory, if it is not there.
   *
   * @throws IOException with one line if it cannot be made, or if other users can use it
   */
  void prepare() throws IOException {
    try {
      makeParent();
      make();
      check();
    } catch (UnsupportedOperationException noPosix) {
      throw new IOException("this system has no Unix file permissions", noPosix);
    }
  }

  private void makeParent() throws IOException {
    Path parent = directory.getParent();
    try {
      Files.createDirectories(parent);
    } catch (FileAlreadyExistsException file) {
      throw new IOException(parent + " is not a directory", file);
    }
  }

  private void make() throws IOException {
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(OWNERS));
    } catch (FileAlreadyExistsException there) {
      // Made before, or at this moment by another command.
    }
  }

  /** A directory of another user may hold the sockets of that user's programs. */
  private void check() throws IOException {
    PosixFileAttributes its =
        Files.readAttributes(directory, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!its.isDirectory()
        || !its.owner().getName().equals(user)
        || !OWNERS.containsAll(its.permissions())) {
      throw new IOException(directory + " is not a directory of this user alone: remove it");
    }
  }

  /**
   * The ids of the processes that have a socket there, living or not, in ascending order.
   *
   * @throws IOException with one line if the directory is not this user's alone
   */
  List<Long> pids() throws IOException {
    List<Long> pids = new ArrayList<>();
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      check();
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          String pid = name.substring(0, name.length() - SUFFIX.length());
          if (pid.matches("\\d{1,18}")) {
            pids.add(Long.parseLong(pid));
          }
        }
      } catch (IOException gone) {
        return List.of();
      }
    }
    pids.sort(null);
    return pids;
  }
}
