package dev.jktcp.proof.golden;

import static dev.jktcp.proof.golden.Goodput.MSS;
import static dev.jktcp.proof.golden.Goodput.MTU;
import static dev.jktcp.proof.golden.Goodput.SIZE;
import static dev.jktcp.time.Nanos.SECOND;

import dev.jktcp.proof.golden.Goodput.Cell;
import dev.jktcp.tcp.TcpProfile;
import java.util.Arrays;
import java.util.Locale;

/** What a profile makes of paths: goodput by buffer, loss and round trip. */
final class GoodputTable {
  static final int[] RTTS_MS = {1, 10, 50, 100, 300};
  static final double[] LOSSES = {0, 0.001, 0.01, 0.05, 0.1};
  private static final int[] BUFFERS = {4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20};
  // One segment is in flight whatever the buffer; below a segment, less.
  private static final int[] STOP_AND_WAIT_BUFFERS = {1 << 10, 64 << 10};
  private static final int QUEUE_PACKETS = 32; // utun's, and those of other tunnels
  static final int OUTAGE_BUFFER = 64 << 10;
  static final double[] OUTAGES_S = {0.1, 1, 5, 10, 30, 7_000}; // the last: for ever

  final TcpProfile profile;
  final int[] buffers;
  final Cell[][][] byLoss; // [loss][buffer][rtt]
  final Cell[][] byQueue; // [buffer][rtt]
  final Cell[][] byOutage; // [outage][rtt]

  GoodputTable(TcpProfile profile) {
    this.profile = profile;
    buffers = profile == TcpProfile.STOP_AND_WAIT ? STOP_AND_WAIT_BUFFERS : BUFFERS;
    byLoss =
        Arrays.stream(LOSSES)
            .mapToObj(
                loss ->
                    cells(buffers.length, (b, rtt) -> Goodput.cell(profile, buffers[b], loss, rtt)))
            .toArray(Cell[][][]::new);
    byQueue =
        cells(
            buffers.length, (b, rtt) -> Goodput.queueCell(profile, buffers[b], QUEUE_PACKETS, rtt));
    byOutage =
        cells(
            OUTAGES_S.length,
            (o, rtt) ->
                Goodput.outageCell(profile, OUTAGE_BUFFER, (long) (OUTAGES_S[o] * SECOND), rtt));
  }

  private interface Source {
    Cell of(int row, int rttMs);
  }

  private static Cell[][] cells(int rows, Source source) {
    Cell[][] cells = new Cell[rows][RTTS_MS.length];
    for (int row = 0; row < rows; row++) {
      for (int r = 0; r < RTTS_MS.length; r++) {
        cells[row][r] = source.of(row, RTTS_MS[r]);
      }
    }
    return cells;
  }

  // --- the text

  String text() {
    StringBuilder out = new StringBuilder();
    out.append("Goodput of ").append(profile).append(", both ends.\n\n");
    out.append(SIZE >> 10).append(" KiB over ").append(Goodput.BITS_PER_SECOND / 1_000_000);
    out.append(" Mbit/s and no limit to the queue, MTU ").append(MTU).append(". A cell is KB/s");
    out.append(
        " from the connect to the last byte\nread; behind it how many bytes were sent again");
    out.append(" for each 100. Packets are lost at random, both ways,\n").append(Goodput.SEEDS);
    out.append(" seeds a cell, ")
        .append(Goodput.SEEDS_OF_TIMEOUTS)
        .append(" where timeouts rule: ");
    out.append(percent(Goodput.TIMEOUTS_FROM_LOSS)).append(" of loss and more, round trips up to ");
    out.append(Goodput.TIMEOUTS_UP_TO_RTT_MS).append(" ms. died 2/5: of 5\ntransfers 2 ended");
    out.append(" with an error and do not count; died 12.6 s: all did, so long after the");
    out.append(" connect.\n");
    for (int l = 0; l < LOSSES.length; l++) {
      section(out, "loss " + percent(LOSSES[l]), "buffer");
      for (int b = 0; b < buffers.length; b++) {
        row(out, (buffers[b] >> 10) + " KiB", byLoss[l][b], GoodputTable::rate);
      }
    }
    section(out, "a queue of " + QUEUE_PACKETS + " packets, no other loss", "buffer");
    for (int b = 0; b < buffers.length; b++) {
      row(out, (buffers[b] >> 10) + " KiB", byQueue[b], GoodputTable::rate);
    }
    section(
        out,
        "nothing arrives for so long, from 0.35 s on, buffers of "
            + (OUTAGE_BUFFER >> 10)
            + " KiB: how much later it is done, or how long until it died",
        "outage");
    for (int o = 0; o < OUTAGES_S.length; o++) {
      String label =
          o == OUTAGES_S.length - 1
              ? "for ever"
              : String.format(Locale.ROOT, "%.1f s", OUTAGES_S[o]);
      String[] texts = new String[RTTS_MS.length];
      for (int r = 0; r < RTTS_MS.length; r++) {
        texts[r] = later(o, r);
      }
      line(out, label, texts);
    }
    return out.toString();
  }

  private static void section(StringBuilder out, String title, String first) {
    out.append("\n## ").append(title).append('\n');
    int begin = out.length();
    String[] names =
        Arrays.stream(RTTS_MS).mapToObj(ms -> "rtt " + ms + " ms").toArray(String[]::new);
    line(out, first, names);
    out.append("-".repeat(out.length() - begin - 1)).append('\n');
  }

  private interface Text {
    String of(Cell cell);
  }

  private static void row(StringBuilder out, String label, Cell[] cells, Text text) {
    line(out, label, Arrays.stream(cells).map(text::of).toArray(String[]::new));
  }

  private static void line(StringBuilder out, String label, String[] texts) {
    out.append(String.format("%-8s", label));
    for (String text : texts) {
      out.append(String.format("  %15s", text));
    }
    out.append('\n');
  }

  static String percent(double share) {
    return (share == 0 || share >= 0.01 ? String.valueOf(Math.round(share * 100)) : "0.1") + " %";
  }

  /** For the guide: one buffer, a row each loss. */
  String summary() {
    int b = Arrays.binarySearch(buffers, 256 << 10);
    StringBuilder out = new StringBuilder("[%header,cols=\"");
    out.append("1,".repeat(RTTS_MS.length)).append("1\"]\n|===\n|loss");
    Arrays.stream(RTTS_MS).forEach(ms -> out.append(" |rtt ").append(ms).append(" ms"));
    out.append("\n\n");
    for (int l = 0; l < LOSSES.length; l++) {
      out.append('|').append(percent(LOSSES[l]));
      for (Cell cell : byLoss[l][b]) {
        out.append(" |").append(rate(cell));
      }
      out.append('\n');
    }
    return out.append("|===\n").toString();
  }

  /** One blank at most within a cell. */
  static String rate(Cell cell) {
    if (cell.died() == cell.runs()) {
      return String.format(Locale.ROOT, "died %.1f s", cell.diedAfterS());
    }
    String again = cell.again() == 0 ? "" : String.format(Locale.ROOT, " (%.1f)", cell.again());
    String died = cell.died() == 0 ? "" : " died " + cell.died() + "/" + cell.runs();
    return String.format(Locale.ROOT, cell.kbs() < 99.95 ? "%.1f" : "%.0f", cell.kbs())
        + again
        + died;
  }

  private String later(int o, int r) {
    Cell cell = byOutage[o][r];
    return cell.died() > 0
        ? String.format(Locale.ROOT, "died %.1f s", diedAfterS(o, r))
        : String.format(Locale.ROOT, "%.1f s", laterS(o, r));
  }

  /** Seconds from the beginning of the outage. */
  double diedAfterS(int o, int r) {
    return byOutage[o][r].diedAfterS() - (double) Goodput.OUTAGE_FROM_NS / SECOND;
  }

  double laterS(int o, int r) {
    int b = Arrays.binarySearch(buffers, OUTAGE_BUFFER);
    return seconds(byOutage[o][r]) - seconds(byLoss[0][b][r]);
  }

  static double seconds(Cell cell) {
    return SIZE / cell.kbs() / 1_000;
  }

  // --- what must hold, whatever the text says

  /** KB/s that no cell can exceed: the link's payload, or a buffer each round trip. */
  double ceiling(int buffer, int rttMs) {
    double link = Goodput.BITS_PER_SECOND / 8_000.0 * MSS / MTU;
    return Math.min(link, buffer / (double) rttMs);
  }
}
