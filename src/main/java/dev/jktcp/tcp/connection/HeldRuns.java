package dev.jktcp.tcp.connection;

import dev.jktcp.wire.Seq;

/**
 * Runs in the order of their sequence numbers. They form a balanced tree (AVL), since a peer
 * chooses their number and where the next one lies: the steps of each call grow with the logarithm
 * of that number.
 */
final class HeldRuns {
  private HeldRun root;
  private int size;
  private long steps;

  int size() {
    return size;
  }

  /** Runs looked at so far. */
  long steps() {
    return steps;
  }

  /** The last run that begins at {@code seq} or before; null = none. */
  HeldRun floor(int seq) {
    HeldRun best = null;
    for (HeldRun run = root; run != null; steps++) {
      if (Seq.gt(run.start, seq)) {
        run = run.left;
      } else {
        best = run;
        run = run.right;
      }
    }
    return best;
  }

  /** The first run that begins after {@code seq}; null = none. */
  HeldRun higher(int seq) {
    HeldRun best = null;
    for (HeldRun run = root; run != null; steps++) {
      if (Seq.gt(run.start, seq)) {
        best = run;
        run = run.left;
      } else {
        run = run.right;
      }
    }
    return best;
  }

  /** Null = none. */
  HeldRun first() {
    HeldRun run = root;
    while (run != null && run.left != null) {
      steps++;
      run = run.left;
    }
    return run;
  }

  /** Null = none. */
  HeldRun last() {
    HeldRun run = root;
    while (run != null && run.right != null) {
      steps++;
      run = run.right;
    }
    return run;
  }

  /** The run must not touch any other. */
  void add(HeldRun run) {
    root = added(root, run);
    size++;
  }

  void remove(HeldRun run) {
    root = removed(root, run);
    size--;
  }

  void clear() {
    root = null;
    size = 0;
  }

  private HeldRun added(HeldRun at, HeldRun run) {
    steps++;
    if (at == null) {
      return run;
    }
    if (Seq.lt(run.start, at.start)) {
      at.left = added(at.left, run);
    } else {
      at.right = added(at.right, run);
    }
    return balanced(at);
  }

  private HeldRun removed(HeldRun at, HeldRun run) {
    steps++;
    if (at == run) {
      return joined(run.left, run.right);
    }
    if (Seq.lt(run.start, at.start)) {
      at.left = removed(at.left, run);
    } else {
      at.right = removed(at.right, run);
    }
    return balanced(at);
  }

  /**
   * Joins two trees whose heights differ by one at most, all runs of the first before the second.
   */
  private HeldRun joined(HeldRun left, HeldRun right) {
    if (right == null) {
      return left;
    }
    HeldRun top = right;
    while (top.left != null) {
      steps++;
      top = top.left;
    }
    HeldRun rest = withoutFirst(right);
    top.left = left;
    top.right = rest;
    return balanced(top);
  }

  private HeldRun withoutFirst(HeldRun at) {
    steps++;
    if (at.left == null) {
      return at.right;
    }
    at.left = withoutFirst(at.left);
    return balanced(at);
  }

  private static HeldRun balanced(HeldRun at) {
    int tilt = height(at.left) - height(at.right);
    if (tilt > 1) {
      if (height(at.left.left) < height(at.left.right)) {
        at.left = rotatedLeft(at.left);
      }
      return rotatedRight(at);
    }
    if (tilt < -1) {
      if (height(at.right.right) < height(at.right.left)) {
        at.right = rotatedRight(at.right);
      }
      return rotatedLeft(at);
    }
    return measured(at);
  }

  private static HeldRun rotatedLeft(HeldRun at) {
    HeldRun top = at.right;
    at.right = top.left;
    top.left = measured(at);
    return measured(top);
  }

  private static HeldRun rotatedRight(HeldRun at) {
    HeldRun top = at.left;
    at.left = top.right;
    top.right = measured(at);
    return measured(top);
  }

  private static HeldRun measured(HeldRun at) {
    at.height = (byte) (1 + Math.max(height(at.left), height(at.right)));
    return at;
  }

  private static int height(HeldRun run) {
    return run == null ? 0 : run.height;
  }
}
