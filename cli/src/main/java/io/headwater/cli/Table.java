package io.headwater.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows for people, in aligned columns: text to the left, numbers to the right. */
final class Table {
  private static final String GAP = "  ";

  private final List<String> titles = new ArrayList<>();
  private final List<Boolean> toTheRight = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  Table text(String title) {
    titles.add(title);
    toTheRight.add(false);
    return this;
  }

  Table number(String title) {
    titles.add(title);
    toTheRight.add(true);
    return this;
  }

  /** Adds a row; a number must be a whole one, or be given as text. */
  Table row(Object... cells) {
    if (cells.length != titles.size()) {
      throw new IllegalArgumentException(
          "%d cells for %d columns".formatted(cells.length, titles.size()));
    }
    var row = new ArrayList<String>();
    for (Object cell : cells) {
      row.add(
          cell instanceof Number number
              ? String.format(Locale.ROOT, "%,d", number.longValue())
              : cell.toString());
    }
    rows.add(row);
    return this;
  }

  void print(PrintStream out) {
    int[] widths = widths();
    printLine(out, titles, widths);
    rows.forEach(row -> printLine(out, row, widths));
  }

  private void printLine(PrintStream out, List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(widths[column] - length(cell));
      line.append(column == 0 ? "" : GAP);
      line.append(toTheRight.get(column) ? padding + cell : cell + padding);
    }
    out.println(line.toString().stripTrailing());
  }

  private int[] widths() {
    int[] widths = titles.stream().mapToInt(Table::length).toArray();
    for (var row : rows) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], length(row.get(column)));
      }
    }
    return widths;
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
