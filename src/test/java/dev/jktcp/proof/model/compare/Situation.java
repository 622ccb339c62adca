package dev.jktcp.proof.model.compare;

import static dev.jktcp.proof.model.Seg.ACK;
import static dev.jktcp.proof.model.Seg.FIN;
import static dev.jktcp.proof.model.Seg.SYN;

import dev.jktcp.proof.model.End;
import dev.jktcp.proof.model.Liberty;
import dev.jktcp.proof.model.Seg;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A state of RFC 9293 with what surrounds it: what is in flight, waits, is held or unread. Reached
 * by calls and packets only, in which core and model agree.
 *
 * @param name the state's, then what is special
 * @param by the liberties it takes to get there
 * @param rcvBuff RCV.BUFF of both
 * @param reach how to get there
 */
record Situation(String name, Set<Liberty> by, int rcvBuff, Consumer<End> reach) {
  private static final int MSS = 1_000;
  private static final int WINDOW = 10_000;

  static List<Situation> all() {
    List<Situation> all = new ArrayList<>();
    add(all, "CLOSED", end -> {});
    add(all, "LISTEN", End::listen);
    add(all, "SYN_SENT", End::open);
    add(all, "SYN_SENT, text queued", Situation::opensWithText);
    add(all, "SYN_RECEIVED, passive", Situation::halfOpen);
    add(all, "SYN_RECEIVED, active", Situation::simultaneous);
    add(all, "SYN_RECEIVED, active, text and FIN queued", Situation::simultaneousWithText);

    add(all, "ESTABLISHED, active", end -> active(end, WINDOW));
    add(all, "ESTABLISHED, passive", end -> passive(end));
    add(all, "ESTABLISHED, window scale 3", Situation::scaled);
    add(all, "ESTABLISHED, in flight", end -> inFlight(end));
    add(all, "ESTABLISHED, window full, text waits", Situation::windowFull);
    add(all, "ESTABLISHED, window closed, text waits", Situation::windowClosed);
    add(all, "ESTABLISHED, probe in flight", Situation::probed);
    add(all, "ESTABLISHED, hole", end -> hole(active(end, WINDOW)));
    add(all, "ESTABLISHED, hole and FIN behind it", end -> holeBeforeFin(active(end, WINDOW)));
    add(all, "ESTABLISHED, unread", end -> unread(active(end, WINDOW), 900));
    add(all, "ESTABLISHED, our window closed", end -> unread(active(end, WINDOW), 1_200));
    add(all, "ESTABLISHED, our window closed, in flight", end -> unread(inFlight(end), 1_200));
    add(all, "ESTABLISHED, both windows closed", Situation::bothClosed);

    all.add(
        new Situation(
            "ESTABLISHED, user left much unread, in flight",
            Set.of(Liberty.WRITTEN_DATA_BEFORE_RESET),
            CoreEnd.RCV_BUFF,
            Situation::leftUnread));

    add(all, "ESTABLISHED, small window full, text waits", Situation::smallWindowFull);
    add(all, "ESTABLISHED, probe of the last octet", Situation::lastOctetProbed);
    add(all, "ESTABLISHED, hole behind what was read", Situation::readBeforeHole);
    addWide(all, "ESTABLISHED, wide", end -> active(end, WINDOW));
    addWide(all, "ESTABLISHED, wide, a segment's room made", end -> readOfMuch(end, 1_400));
    addWide(all, "ESTABLISHED, wide, less room made", end -> readOfMuch(end, 1_300));

    addWide(all, "ESTABLISHED, wide, our window scaled", end -> bothScale(end));
    addWide(
        all,
        "ESTABLISHED, wide, our window scaled, odd room",
        end -> unread(bothScale(end), 1_003));
    addWide(
        all, "ESTABLISHED, wide, our window scaled, closed", end -> unread(bothScale(end), 8_000));

    add(all, "ESTABLISHED, SACK", end -> withSack(end));
    add(all, "ESTABLISHED, SACK, hole", end -> hole(withSack(end)));
    add(all, "ESTABLISHED, SACK, holes, in flight", Situation::holes);
    add(all, "ESTABLISHED, SACK, hole and FIN behind it", end -> holeBeforeFin(withSack(end)));
    add(all, "ESTABLISHED, SACK, our window closed", end -> unread(withSack(end), 1_200));
    add(all, "SYN_RECEIVED, passive, SACK permitted", Situation::halfOpenWithSack);
    add(all, "FIN_WAIT_2, SACK, FIN before a hole", Situation::finWait2WithSack);
    add(all, "CLOSE_WAIT, SACK", end -> finned(withSack(end)));

    add(all, "SYN_RECEIVED, passive, timestamps", Situation::halfOpenWithStamps);
    add(all, "ESTABLISHED, timestamps, in flight", Situation::inFlightWithStamps);
    add(all, "ESTABLISHED, timestamps, SACK, hole", end -> holeWithStamps(withStamps(end)));
    add(all, "ESTABLISHED, timestamps of 24 days ago", Situation::withOldStamps);
    add(all, "FIN_WAIT_2, timestamps", end -> finWait2WithStamps(withStamps(end)));
    add(all, "TIME_WAIT, timestamps", Situation::timeWaitWithStamps);

    add(all, "FIN_WAIT_1", end -> closed(active(end, WINDOW)));
    add(all, "FIN_WAIT_1, window full, FIN waits", Situation::finBehindFullWindow);
    add(all, "FIN_WAIT_1, text in flight", end -> closed(inFlight(end)));
    add(all, "FIN_WAIT_1, FIN waits for window", Situation::finWaits);
    add(all, "FIN_WAIT_1, hole", end -> hole(closed(active(end, WINDOW))));
    add(all, "FIN_WAIT_1, our window closed", end -> unread(closed(active(end, WINDOW)), 1_200));
    add(all, "FIN_WAIT_1, user left", end -> left(active(end, WINDOW)));
    add(all, "FIN_WAIT_1, user left, text in flight", end -> left(inFlight(end)));
    add(all, "FIN_WAIT_2", end -> finWait2(active(end, WINDOW)));
    add(all, "FIN_WAIT_2, passive", end -> finWait2(passive(end)));
    add(all, "FIN_WAIT_2, hole and FIN behind it", end -> holeBeforeFin(finWait2(passive(end))));
    add(all, "FIN_WAIT_2, our window closed", end -> unread(finWait2(active(end, WINDOW)), 1_200));
    add(all, "FIN_WAIT_2, user left", Situation::finWait2Left);
    add(all, "CLOSE_WAIT", end -> finned(active(end, WINDOW)));
    add(all, "CLOSE_WAIT, in flight, unread", Situation::closeWaitBusy);
    add(all, "CLOSE_WAIT, read to the end", Situation::closeWaitRead);
    add(all, "CLOSE_WAIT, window closed, text waits", Situation::closeWaitBlocked);
    add(all, "CLOSING", end -> finned(closed(active(end, WINDOW))));
    add(all, "CLOSING, text in flight", end -> finned(closed(inFlight(end))));
    add(all, "LAST_ACK", end -> closed(finned(active(end, WINDOW))));
    add(all, "LAST_ACK, passive, text in flight", Situation::lastAckBusy);
    add(all, "TIME_WAIT", end -> timeWait(active(end, WINDOW)));
    add(all, "TIME_WAIT, passive", end -> timeWait(passive(end)));
    add(all, "TIME_WAIT, has just answered", Situation::timeWaitAnswered);
    return all;
  }

  static Situation named(String name) {
    return all().stream()
        .filter(situation -> situation.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no situation \"" + name + '"'));
  }

  private static void add(List<Situation> all, String name, Consumer<End> reach) {
    all.add(new Situation(name, Set.of(), CoreEnd.RCV_BUFF, reach));
  }

  /** With room for several segments of our MSS. */
  private static void addWide(List<Situation> all, String name, Consumer<End> reach) {
    all.add(new Situation(name, Set.of(), CoreEnd.WIDE_RCV_BUFF, reach));
  }

  // Numbers are relative to both ISNs.

  private static Seg seg(int ctl, int seq, int ack, int wnd, int text) {
    int absoluteAck = (ctl & ACK) != 0 ? CoreEnd.ISS + ack : 0;
    return new Seg(ctl, CoreEnd.PEER_ISN + seq, absoluteAck, wnd, text);
  }

  private static End active(End end, int window) {
    end.open();
    end.arrives(seg(SYN | ACK, 0, 1, window, 0).withMss(MSS));
    return end;
  }

  private static End withSack(End end) {
    end.open();
    end.arrives(seg(SYN | ACK, 0, 1, WINDOW, 0).withMss(MSS).withSackOk(true));
    return end;
  }

  private static void holes(End end) {
    withSack(end);
    end.send(2_500);
    for (int seq : new int[] {901, 501, 301}) {
      end.arrives(seg(ACK, seq, 1, WINDOW, 100));
    }
  }

  private static void halfOpenWithSack(End end) {
    end.listen();
    end.arrives(seg(SYN, 0, 0, WINDOW, 0).withMss(MSS).withSackOk(true));
  }

  private static void finWait2WithSack(End end) {
    finWait2(withSack(end));
    end.arrives(seg(ACK | FIN, 801, 2, WINDOW, 0));
    hole(end);
  }

  private static Seg stamped(Seg seg, int ticks) {
    return seg.withStamps(CoreEnd.PEER_TS + ticks, 0);
  }

  private static End withStamps(End end) {
    end.open();
    Seg synAck = seg(SYN | ACK, 0, 1, WINDOW, 0).withMss(MSS).withSackOk(true);
    end.arrives(stamped(synAck, 0));
    return end;
  }

  private static void halfOpenWithStamps(End end) {
    end.listen();
    end.arrives(stamped(seg(SYN, 0, 0, WINDOW, 0).withMss(MSS), 0));
  }

  private static void inFlightWithStamps(End end) {
    withStamps(end);
    end.arrives(stamped(seg(ACK, 1, 1, WINDOW, 100), 7));
    end.send(2_500);
  }

  private static End holeWithStamps(End end) {
    end.arrives(stamped(seg(ACK, 501, 1, WINDOW, 100), 5));
    end.arrives(stamped(seg(ACK, 701, 1, WINDOW, 100), 6));
    end.arrives(stamped(seg(ACK, 901, 1, WINDOW, 100), 7));
    end.arrives(stamped(seg(ACK, 301, 1, WINDOW, 100), 8));
    return end;
  }

  /** RFC 7323 §5.5. */
  private static void withOldStamps(End end) {
    withStamps(end);
    end.pass(24 * 86_400_000);
  }

  private static End finWait2WithStamps(End end) {
    end.close();
    end.arrives(stamped(seg(ACK, 1, 2, WINDOW, 0), 3));
    return end;
  }

  private static void timeWaitWithStamps(End end) {
    end.listen();
    end.arrives(stamped(seg(SYN, 0, 0, WINDOW, 0).withMss(MSS), 0));
    end.arrives(stamped(seg(ACK, 1, 1, WINDOW, 0), 1));
    finWait2WithStamps(end);
    end.arrives(stamped(seg(ACK | FIN, 1, 2, WINDOW, 0), 4));
    end.pass(10_000);
  }

  private static void opensWithText(End end) {
    end.open();
    end.send(1_500);
  }

  private static void halfOpen(End end) {
    end.listen();
    end.arrives(seg(SYN, 0, 0, WINDOW, 0).withMss(MSS));
  }

  private static End passive(End end) {
    halfOpen(end);
    end.arrives(seg(ACK, 1, 1, WINDOW, 0));
    return end;
  }

  private static void simultaneous(End end) {
    end.open();
    end.arrives(seg(SYN, 0, 0, WINDOW, 0).withMss(MSS));
  }

  private static void simultaneousWithText(End end) {
    simultaneous(end);
    end.send(1_500);
    end.close();
  }

  private static void scaled(End end) {
    end.open();
    end.arrives(seg(SYN | ACK, 0, 1, WINDOW, 0).withMss(MSS).withShift(3));
    end.send(2_000);
  }

  private static End bothScale(End end) {
    end.open();
    end.arrives(seg(SYN | ACK, 0, 1, WINDOW, 0).withMss(MSS).withShift(0));
    return end;
  }

  private static End inFlight(End end) {
    active(end, WINDOW);
    end.send(2_500);
    return end;
  }

  private static void windowFull(End end) {
    active(end, 2_000);
    end.send(4_500);
  }

  private static void smallWindowFull(End end) {
    active(end, 800);
    end.send(2_500);
  }

  private static void lastOctetProbed(End end) {
    active(end, WINDOW);
    end.arrives(seg(ACK, 1, 1, 0, 0));
    end.send(1);
    end.persist();
  }

  private static void readBeforeHole(End end) {
    unread(active(end, WINDOW), 600);
    end.arrives(seg(ACK, 801, 1, WINDOW, 100));
    end.receive(600);
  }

  /** Most of the buffer is full, some of it is read. */
  private static void readOfMuch(End end, int octets) {
    unread(active(end, WINDOW), 6_600);
    end.receive(octets);
  }

  private static void finBehindFullWindow(End end) {
    active(end, 2_000);
    end.send(2_000);
    end.close();
  }

  private static void windowClosed(End end) {
    active(end, WINDOW);
    end.arrives(seg(ACK, 1, 1, 0, 0));
    end.send(1_500);
  }

  private static void probed(End end) {
    windowClosed(end);
    end.persist();
  }

  private static void bothClosed(End end) {
    windowClosed(end);
    end.arrives(seg(ACK, 1, 1, 0, 1_200));
  }

  private static End hole(End end) {
    end.arrives(seg(ACK, 501, 1, WINDOW, 100));
    return end;
  }

  private static End holeBeforeFin(End end) {
    end.arrives(seg(ACK | FIN, 501, 1, WINDOW, 100));
    return end;
  }

  private static End unread(End end, int octets) {
    end.arrives(seg(ACK, 1, 1, WINDOW, octets));
    return end;
  }

  private static End closed(End end) {
    end.close();
    return end;
  }

  private static void finWaits(End end) {
    windowClosed(end);
    end.close();
  }

  private static End left(End end) {
    end.leave();
    return end;
  }

  private static void leftUnread(End end) {
    unread(inFlight(end), 1_200);
    end.leave();
  }

  private static End finWait2(End end) {
    end.close();
    end.arrives(seg(ACK, 1, 2, WINDOW, 0));
    return end;
  }

  private static void finWait2Left(End end) {
    active(end, WINDOW);
    end.leave();
    end.arrives(seg(ACK, 1, 2, WINDOW, 0));
  }

  private static End finned(End end) {
    end.arrives(seg(ACK | FIN, 1, 1, WINDOW, 0));
    return end;
  }

  private static void closeWaitBusy(End end) {
    inFlight(end);
    end.arrives(seg(ACK | FIN, 1, 1, WINDOW, 300));
  }

  private static void closeWaitRead(End end) {
    unread(active(end, WINDOW), 900);
    end.arrives(seg(ACK | FIN, 901, 1, WINDOW, 0));
    end.receive(900);
  }

  private static void closeWaitBlocked(End end) {
    windowClosed(end);
    end.arrives(seg(ACK | FIN, 1, 1, 0, 0));
  }

  private static void lastAckBusy(End end) {
    passive(end);
    end.send(2_500);
    finned(end);
    end.close();
  }

  private static void timeWait(End end) {
    finWait2(end);
    end.arrives(seg(ACK | FIN, 1, 2, WINDOW, 0));
    end.pass(10_000);
  }

  private static void timeWaitAnswered(End end) {
    timeWait(active(end, WINDOW));
    end.arrives(seg(ACK, 1, 2, WINDOW, 0)); // behind RCV.NXT
  }
}
