package dev.jktcp.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "demo", description = "Shows two stacks at work in this one process.")
final class DemoCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Option(names = "--direct", description = CommonOptions.DIRECT)
  private boolean direct;

  @Override
  public Integer call() throws Exception {
    try (Demo demo = new Demo(main.console(), direct)) {
      demo.run();
    }
    return Failure.OK;
  }
}
