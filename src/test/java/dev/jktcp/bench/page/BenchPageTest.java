package dev.jktcp.bench.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jktcp.bench.BenchOptions;
import dev.jktcp.bench.BenchOptions.Builder;
import dev.jktcp.bench.BenchOptions.Kind;
import dev.jktcp.bench.Campaign;
import dev.jktcp.bench.Figure;
import dev.jktcp.bench.Result;
import dev.jktcp.bench.Results;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page is whole, needs nothing from elsewhere, and its pictures show what was measured. */
class BenchPageTest {
  private static final Machine MACHINE = new Machine("A & B <3>", "Linux 6", "JDK 17");
  private static final String COMMAND = "java -jar target/jktcp.jar bench all";

  /** All that {@code all} measures; each figure is another number. */
  private static List<Result> results() {
    List<Result> results = new ArrayList<>();
    for (BenchOptions point : Campaign.points(2)) {
      Map<Figure, Double> figures = new HashMap<>();
      Kind kind = point.kind();
      if (kind == Kind.MEMORY) {
        figures.put(Figure.BYTES_PER_CONNECTION, 400.0);
      } else if (kind.name().endsWith("RR") || kind == Kind.CONNECT) {
        figures.put(Figure.PER_SEC, 100_000.0 + results.size());
        figures.put(Figure.KEPT, point.idle() > 0 ? 0.9 : 0);
      } else {
        figures.put(Figure.GBIT_PER_SEC, 10.0 + point.mtu() / 2_000.0);
        figures.put(Figure.FLOOR_GBIT_PER_SEC, 80.0);
        figures.put(Figure.RATIO, kind.hasSlices() ? 0.5 : 0);
        figures.put(Figure.KEPT, point.idle() > 0 ? 0.8 : 0);
      }
      results.add(Results.of(point, figures));
    }
    return results;
  }

  private static String html(List<Result> results, Map<BenchOptions, String> failures) {
    return new BenchPage(MACHINE, COMMAND, results, failures).toHtml();
  }

  private static Document parse(String html) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html.replace("<!DOCTYPE html>", ""))));
  }

  private static List<Element> elements(Document page, String name) {
    NodeList found = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  @Test
  void page_isWellFormed_andNeedsNothingFromElsewhere() throws Exception {
    String html = html(results(), Map.of());
    parse(html);
    for (String outside : List.of("://", "src=", "href", "url(", "<script", "<link", "@import")) {
      assertFalse(html.contains(outside), outside);
    }
  }

  @Test
  void machineJdkAndCommand_areShown() throws Exception {
    String text = parse(html(results(), Map.of())).getDocumentElement().getTextContent();
    for (String shown : List.of(MACHINE.processor(), MACHINE.system(), MACHINE.jdk(), COMMAND)) {
      assertTrue(text.contains(shown), shown);
    }
  }

  @Test
  void everyResult_hasARow_withItsCommand() throws Exception {
    List<Result> results = results();
    Document page = parse(html(results, Map.of()));
    List<String> commands = elements(page, "td").stream().map(Element::getTextContent).toList();
    for (Result result : results) {
      String command = "bench " + result.options().text();
      assertTrue(commands.stream().anyMatch(cell -> cell.trim().equals(command)), command);
    }
    assertEquals(results.size() + 1, elements(page, "tr").size(), "rows and a head");
  }

  @Test
  void whatHasNoFigure_isNamed_withTheReason() throws Exception {
    BenchOptions tun = new Builder(Kind.TUN_OUT).build();
    String text =
        parse(html(List.of(), Map.of(tun, "run as root"))).getDocumentElement().getTextContent();
    assertTrue(text.replace("\n", "").contains(tun.command() + ": run as root"), text);
  }

  @Test
  void sixPictures_haveAllTheirMarksInside() throws Exception {
    Document page = parse(html(results(), Map.of()));
    List<Element> pictures = elements(page, "svg");
    assertEquals(6, pictures.size());
    for (Element picture : pictures) {
      String[] box = picture.getAttribute("viewBox").split(" ");
      double width = Double.parseDouble(box[2]);
      double height = Double.parseDouble(box[3]);
      for (String name : List.of("circle", "text", "rect")) {
        NodeList marks = picture.getElementsByTagName(name);
        for (int i = 0; i < marks.getLength(); i++) {
          Element mark = (Element) marks.item(i);
          String at = name.equals("circle") ? "c" : "";
          assertInside(width, number(mark, at + "x"), mark);
          assertInside(height, number(mark, at + "y"), mark);
        }
      }
    }
  }

  private static void assertInside(double size, double at, Element mark) {
    assertTrue(at >= 0 && at <= size, mark.getTagName() + " at " + at + " of " + size);
  }

  @Test
  void curve_hasAPointForEachMtu_higherForMore() throws Exception {
    Document page = parse(html(results(), Map.of()));
    Element rates = elements(page, "svg").get(1);
    NodeList paths = rates.getElementsByTagName("path");
    String goodput = ((Element) paths.item(0)).getAttribute("d");
    List<MatchResult> points =
        Pattern.compile("([\\d.]+) ([\\d.]+)").matcher(goodput).results().toList();
    assertEquals(7, points.size());
    for (int i = 1; i < points.size(); i++) {
      assertTrue(coordinate(points, i, 1) > coordinate(points, i - 1, 1), "x goes right");
      assertTrue(coordinate(points, i, 2) < coordinate(points, i - 1, 2), "y goes up");
    }
  }

  private static double coordinate(List<MatchResult> points, int i, int group) {
    return Double.parseDouble(points.get(i).group(group));
  }

  @Test
  void namesOfCurves_doNotLieOverEachOther() throws Exception {
    for (Element picture : elements(parse(html(results(), Map.of())), "svg")) {
      List<Double> heights = new ArrayList<>();
      NodeList texts = picture.getElementsByTagName("text");
      for (int i = 0; i < texts.getLength(); i++) {
        Element text = (Element) texts.item(i);
        if (text.getAttribute("class").startsWith("name ")) {
          heights.add(number(text, "y"));
        }
      }
      heights.sort(Double::compare);
      for (int i = 1; i < heights.size(); i++) {
        assertTrue(heights.get(i) - heights.get(i - 1) >= 16.9, heights::toString);
      }
    }
  }

  @Test
  void bars_areAsLongAsTheirValues() throws Exception {
    BarChart chart = new BarChart("two").bar("a", 10, "ten").bar("b", 5, "five");
    List<Element> bars = elements(parse(chart.toSvg()), "rect");
    assertEquals(number(bars.get(0), "width"), 2 * number(bars.get(1), "width"), 0.2);
  }

  @Test
  void axis_endsAtARoundNumberAboveTheLargestValue() {
    assertEquals(List.of(0.0, 20.0, 40.0, 60.0, 80.0, 100.0), Scale.linear(87, 0, 1).ticks());
    assertEquals(List.of(0.0, 0.2, 0.4, 0.6, 0.8, 1.0), rounded(Scale.linear(0.81, 0, 1).ticks()));
    assertEquals(100, Scale.linear(87, 0, 100).at(100), 1e-9);
    assertEquals(50, Scale.logarithmic(10, 1000, 0, 100).at(100), 1e-9);
  }

  private static List<Double> rounded(List<Double> values) {
    return values.stream().map(value -> Math.round(value * 1e9) / 1e9).toList();
  }

  @Test
  void numbers_haveAsManyDigitsAsAreSeen() {
    assertEquals("0.35", LineChart.number(0.354));
    assertEquals("12.3", LineChart.number(12.34));
    assertEquals("12", LineChart.number(12.01));
    assertEquals("0", LineChart.number(0));
    assertEquals("1676", LineChart.number(1676.4));
    assertEquals("1\u2009676\u2009000", LineChart.number(1_676_000));
  }
}
