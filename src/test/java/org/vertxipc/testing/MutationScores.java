package org.vertxipc.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Lists how many of the changes that {@code -Pmutation} made the tests noticed, of each part of the
 * library, and fails when they are too few of one. What no test noticed is written beside each
 * report, in {@code survivors.txt}.
 */
public final class MutationScores {
  private MutationScores() {}

  /**
   * The arguments are the directory of the reports, and for each part its name and {@code
   * =}percent.
   */
  public static void main(String[] args)
      throws IOException, ParserConfigurationException, SAXException {
    List<String> tooLow = new ArrayList<>();
    System.out.printf("%-10s %8s %8s %7s %7s%n", "part", "mutants", "noticed", "score", "needed");
    for (int i = 1; i < args.length; i++) {
      String[] part = args[i].split("=", 2);
      int needed = Integer.parseInt(part[1]);
      NodeList mutants = mutants(Path.of(args[0], part[0], "mutations.xml"));
      List<String> survivors = survivors(mutants);
      Files.write(Path.of(args[0], part[0], "survivors.txt"), survivors);
      int noticed = mutants.getLength() - survivors.size();
      double score = 100.0 * noticed / mutants.getLength();
      System.out.printf(
          Locale.ROOT,
          "%-10s %8d %8d %6.1f%% %6d%%%n",
          part[0],
          mutants.getLength(),
          noticed,
          score,
          needed);
      // No mutants at all have no score, which is not enough.
      if (!(score >= needed)) {
        tooLow.add(part[0]);
      }
    }
    if (!tooLow.isEmpty()) {
      System.err.println("Too few changes were noticed in " + String.join(", ", tooLow));
      System.exit(1);
    }
  }

  private static NodeList mutants(Path report)
      throws IOException, ParserConfigurationException, SAXException {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(report.toFile())
        .getElementsByTagName("mutation");
  }

  private static List<String> survivors(NodeList mutants) {
    List<String> survivors = new ArrayList<>();
    for (int i = 0; i < mutants.getLength(); i++) {
      Element mutant = (Element) mutants.item(i);
      if (!mutant.getAttribute("detected").equals("true")) {
        survivors.add(
            text(mutant, "sourceFile")
                + ":"
                + text(mutant, "lineNumber")
                + " "
                + text(mutant, "mutatedMethod")
                + ": "
                + text(mutant, "description")
                + (mutant.getAttribute("status").equals("NO_COVERAGE") ? " (no test)" : ""));
      }
    }
    return survivors.stream().sorted().toList();
  }

  private static String text(Element mutant, String name) {
    return mutant.getElementsByTagName(name).item(0).getTextContent();
  }
}
