package dev.jktcp.cli;

import dev.jktcp.cli.ControlClient.Look;
import dev.jktcp.impl.frame.ConnectionListJson;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code jktcp stats}: the counters of running commands, printed once. */
@Command(
    name = "stats",
    description = {
      "Prints counters and connections of this user's running commands, once; connections"
          + " look as in ss -ti."
    })
final class StatsCommand implements Callable<Integer> {
  private static final int MOST = 65_536;

  @ParentCommand private Main main;

  @Parameters(
      paramLabel = "TARGET",
      arity = "0..1",
      description =
          "The process to show: its id, or unix:PATH, which is the \"control\" of an"
              + " AdapterVerticle. Default: all commands that run.")
  private String target;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "The number of connections to list for each process, the oldest first. Default: 20.")
  private long limit = 20; // as wide as a number that is refused by its range

  @Option(names = "--json", description = "Print one array with an object for each process.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (limit < 1 || limit > MOST) {
      throw new BadUsage("--limit " + limit + ": must be 1 to " + MOST);
    }
    JsonArray array = new JsonArray();
    List<ControlClient> clients;
    try {
      clients = new ControlTarget(ControlDirectory.ofThisUser()).connect(target);
    } catch (IOException none) {
      printIfJson(array); // a reader of the array gets one, and the exit code
      throw none;
    }
    int exitCode = Failure.OK;
    for (ControlClient client : clients) {
      try (client) {
        Look look = client.lookByPages((int) limit);
        if (json) {
          array.add(toJson(look));
        } else {
          StatsText.lines(look).forEach(main.console()::print);
        }
      } catch (IOException silent) { // the others are shown
        main.console().fail(Failure.line(silent));
        exitCode = Failure.FAILED;
      }
    }
    printIfJson(array);
    return exitCode;
  }

  private void printIfJson(JsonArray array) {
    if (json) {
      main.console().print(array.isEmpty() ? "[]" : array.encodePrettily());
    }
  }

  private static JsonObject toJson(Look look) {
    JsonObject shown = new JsonObject().put("about", look.about());
    return look.error() != null
        ? shown.put("error", look.error())
        : shown
            .put("stats", look.stats().toJson())
            .put("connections", ConnectionListJson.write(look.connections()));
  }
}
