package dev.jktcp.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jktcp.AdapterOptions;
import dev.jktcp.tcp.CongestionControl;
import dev.jktcp.tcp.TcpProfile;
import dev.jktcp.transport.TransportCapabilities;
import org.junit.jupiter.api.Test;

/** Which congestion control the stack of an adapter is given. */
class AdapterSetupTest {
  private static TcpProfile profile(TcpProfile profile, String congestion) {
    AdapterOptions options =
        new AdapterOptions()
            .addLocalAddress("10.0.0.1")
            .setProfile(profile)
            .setCongestion(congestion);
    return new AdapterSetup(options)
        .stackOptions(new TransportCapabilities("none", 1400, 1400, false, true))
        .profile();
  }

  @Test
  void congestion_isTheProfilesOwn_unlessItIsChosen() {
    assertSame(TcpProfile.INTERNET, profile(TcpProfile.INTERNET, ""));
    assertEquals(
        TcpProfile.INTERNET.withCongestionControl(CongestionControl.NEW_RENO),
        profile(TcpProfile.INTERNET, "new-reno"));
    assertEquals(
        TcpProfile.RELIABLE_LINK.withCongestionControl(CongestionControl.CUBIC),
        profile(TcpProfile.RELIABLE_LINK, "cubic"));
  }

  @Test
  void congestionThatIsNone_isRefused() {
    for (String none : new String[] {"qubic", "fixed-window:", "fixed-window:-1", "x:1"}) {
      Exception e =
          assertThrows(
              IllegalArgumentException.class, () -> profile(TcpProfile.INTERNET, none), none);
      assertEquals(
          "congestion: congestion control '"
              + none
              + "' is unknown: choose one of cubic, new-reno, tolerant-reno, bbr,"
              + " bbr-ignoring-loss, stop-and-wait, fixed-window:BYTES",
          e.getMessage());
    }
  }
}
