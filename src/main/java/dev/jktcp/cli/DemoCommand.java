package dev.jktcp.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(name = "demo", description = "Shows two stacks at work in this one process.")
final class DemoCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Override
  public Integer call() throws Exception {
    try (Demo demo = new Demo(main.console())) {
      demo.run();
    }
    return Failure.OK;
  }
}
