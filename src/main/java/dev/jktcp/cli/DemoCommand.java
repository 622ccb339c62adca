package dev.jktcp.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code jktcp demo}: two stacks at work in this one process. */
@Command(
    name = "demo",
    description = {
      "Shows two stacks at work in this one process.",
      "It leaves no file, except the capture of --pcap."
    })
final class DemoCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Option(names = "--direct", description = CommonOptions.DIRECT)
  private boolean direct;

  @Option(
      names = "--pcap",
      paramLabel = "FILE",
      description = "Write every packet to FILE, for tshark or Wireshark.")
  private Path pcap;

  @Override
  public Integer call() throws Exception {
    try (Demo demo = new Demo(main.console(), direct, pcap)) {
      demo.run();
    }
    return Failure.OK;
  }
}
