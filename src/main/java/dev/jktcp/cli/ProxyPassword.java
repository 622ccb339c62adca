package dev.jktcp.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A proxy's password, from a file or the environment. A command line can be read by every user. */
final class ProxyPassword {
  static final String VARIABLE = "JKTCP_PASSWORD";

  private ProxyPassword() {}

  /**
   * @param file null: the environment has it
   * @throws BadUsage if there is no password
   */
  static String of(String user, Path file) {
    String password = file == null ? System.getenv(VARIABLE) : firstLine(file);
    if (password != null && !password.isEmpty()) {
      return password;
    }
    throw new BadUsage(
        file == null
            ? "--user "
                + user
                + ": a password is needed: --password-file FILE, or "
                + VARIABLE
                + " in the environment"
            : "--password-file " + file + ": has no password in its first line");
  }

  private static String firstLine(Path file) {
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return lines.readLine();
    } catch (FileSystemException e) {
      throw new BadUsage("--password-file " + Failure.line(e)); // it names the file
    } catch (IOException e) {
      throw new BadUsage("--password-file " + file + ": cannot be read: " + Failure.line(e));
    }
  }
}
