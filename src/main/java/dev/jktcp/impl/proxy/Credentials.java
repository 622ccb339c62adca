package dev.jktcp.impl.proxy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** The user and password that a proxy requires. */
record Credentials(String user, String password) {
  /** Compares in constant time, which does not reveal how much is right. */
  boolean match(String saidUser, String saidPassword) {
    return same(user, saidUser) & same(password, saidPassword);
  }

  private static boolean same(String known, String said) {
    return MessageDigest.isEqual(
        known.getBytes(StandardCharsets.UTF_8), said.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "credentials of " + user;
  }
}
