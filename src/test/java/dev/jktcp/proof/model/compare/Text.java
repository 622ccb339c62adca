package dev.jktcp.proof.model.compare;

import dev.jktcp.proof.model.Observation;
import dev.jktcp.proof.model.Seg;
import java.util.Arrays;

/** How segments and observations are printed: numbers relative to both ISNs. */
final class Text {
  private static final String CTL = "FSRPAU";

  private Text() {}

  /** A segment of the peer's. */
  static String ofPeer(Seg seg) {
    return of(seg, CoreEnd.PEER_ISN, CoreEnd.ISS);
  }

  /** A segment of ours. */
  static String of(Seg seg) {
    return of(seg, CoreEnd.ISS, CoreEnd.PEER_ISN);
  }

  private static String of(Seg seg, int from, int to) {
    StringBuilder out = new StringBuilder(ctl(seg.ctl()));
    out.append(" seq ").append(seg.seq() - from);
    out.append(seg.text() > 0 ? " (" + seg.text() + ")" : "");
    out.append(seg.hasAck() ? " ack " + (seg.ack() - to) : "");
    out.append(" win ").append(seg.wnd());
    out.append(seg.up() > 0 ? " up " + seg.up() : "");
    out.append(seg.mss() > 0 ? " mss " + seg.mss() : "");
    out.append(seg.sackOk() ? " sackOK" : "");
    if (seg.hasStamps()) {
      boolean ours = from == CoreEnd.ISS;
      int tsVal = seg.tsVal() - (ours ? 0 : CoreEnd.PEER_TS);
      int tsEcr = seg.stamps().get(1) - (ours && seg.hasAck() ? CoreEnd.PEER_TS : 0);
      out.append(" ts ").append(tsVal).append(" ecr ").append(tsEcr);
    }
    for (int i = 0; i < seg.sack().size(); i += 2) {
      out.append(i == 0 ? " sack " : " ").append(seg.sack().get(i) - to);
      out.append(':').append(seg.sack().get(i + 1) - to);
    }
    return out.toString();
  }

  private static String ctl(int ctl) {
    StringBuilder out = new StringBuilder();
    for (int bit = 0; bit < CTL.length(); bit++) {
      if ((ctl & 1 << bit) != 0) {
        out.append(CTL.charAt(bit));
      }
    }
    return out.length() == 0 ? "0" : out.toString();
  }

  /** Reads what {@link #ofPeer} wrote. */
  static Seg parsePeer(String text) {
    String[] words = text.trim().split("[ ()]+");
    int ctl = 0;
    for (char letter : words[0].replace("0", "").toCharArray()) {
      ctl |= 1 << CTL.indexOf(letter);
    }
    Seg seg = new Seg(ctl, CoreEnd.PEER_ISN + number(words, "seq"), 0, number(words, "win"), 0);
    boolean hasText = text.contains("(");
    int length = hasText ? Integer.parseInt(text.replaceAll(".*\\((\\d+)\\).*", "$1")) : 0;
    int ack = seg.hasAck() ? CoreEnd.ISS + number(words, "ack") : 0;
    seg =
        new Seg(ctl, seg.seq(), ack, seg.wnd(), length)
            .withUp(number(words, "up"))
            .withMss(number(words, "mss"))
            .withSackOk(text.contains("sackOK"));
    return text.contains(" ts ")
        ? seg.withStamps(CoreEnd.PEER_TS + number(words, "ts"), number(words, "ecr"))
        : seg;
  }

  private static int number(String[] words, String name) {
    int at = Arrays.asList(words).indexOf(name);
    return at < 0 ? 0 : Integer.parseInt(words[at + 1]);
  }

  static String of(Observation seen) {
    StringBuilder out = new StringBuilder(seen.state().name());
    out.append(" UNA ").append(seen.sndUna() == 0 ? "-" : seen.sndUna() - CoreEnd.ISS);
    out.append(" NXT ").append(seen.sndNxt() == 0 ? "-" : seen.sndNxt() - CoreEnd.ISS);
    out.append(" SND.WND ").append(seen.sndWnd());
    out.append(" RCV.NXT ").append(seen.rcvNxt() == 0 ? "-" : seen.rcvNxt() - CoreEnd.PEER_ISN);
    out.append(" RCV.WND ").append(seen.rcvWnd());
    out.append(" unread ").append(seen.unread()).append(" held ").append(seen.held());
    out.append(seen.urgentAhead() > 0 ? " urgent " + seen.urgentAhead() : "");
    out.append(' ').append(seen.signals());
    seen.sent().forEach(seg -> out.append(" > ").append(of(seg)));
    return out.toString();
  }
}
