/// Shows diagnostics to people:
/// ```
/// error[E0301]: unknown service `dwmf`
///   --> race.outage:14:8
///    |
/// 14 |   call dwmf.renew
///    |        ^^^^ not declared
///    |
///    = help: did you mean `dwfm`?
/// ```
public struct DiagnosticRenderer: Sendable {
  private let names: [String]
  private let sources: [SourceLines]
  private let color: Bool
  /// Columns of source that are shown of one line.
  private static let window = 100
  /// Bytes that are looked at for them, each way: most columns take a byte, none more than four.
  private static let reach = 8 * window

  public init(files: [SourceFile], color: Bool) {
    names = files.map { SourceLines.harmless($0.name) }
    sources = files.map(SourceLines.init)
    self.color = color
  }

  /// The lines of the diagnostic, without a line end after the last.
  public func render(_ diagnostic: Diagnostic) -> String {
    let severity = diagnostic.severity
    var lines = [
      paint("\(severity.rawValue)[\(diagnostic.code)]", .severity(severity))
        + paint(": \(SourceLines.harmless(diagnostic.message))", .bold)
    ]
    let labels = marks(diagnostic)
    let gutter = String(labels.map(\.line).max().map { $0 + 1 } ?? 1).count
    excerpts(labels, severity, gutter, &lines)
    let notes = diagnostic.notes.map { ("note", $0) } + (diagnostic.help.map { [("help", $0)] } ?? [])
    if !notes.isEmpty, !labels.isEmpty { lines.append(bar(gutter)) }
    for (kind, text) in notes {
      let head = String(repeating: " ", count: gutter + 1) + "= "
      lines.append(paint(head, .gutter) + paint(kind, .bold) + ": " + SourceLines.harmless(text))
    }
    return lines.joined(separator: "\n")
  }

  /// Line and column, both counted from one; nil: no place in a text.
  package func place(of span: Span) -> (line: Int, column: Int)? {
    guard sources.indices.contains(Int(span.file)) else { return nil }
    let source = sources[Int(span.file)]
    let offset = min(max(0, Int(span.start)), source.text.count)
    return (source.line(of: offset) + 1, source.column(of: offset))
  }

  // MARK: Labels

  private struct Mark {
    var file: Int
    /// Counted from zero.
    var line: Int
    var start: Int
    var end: Int
    var text: String
    var isPrimary: Bool
  }

  /// The labels whose files are known, primary first.
  private func marks(_ diagnostic: Diagnostic) -> [Mark] {
    let labels = [diagnostic.primary] + diagnostic.secondary
    return labels.enumerated().compactMap { i, label in
      let file = Int(label.span.file)
      guard sources.indices.contains(file) else { return nil }
      let size = sources[file].text.count
      let start = min(max(0, Int(label.span.start)), size)
      let end = min(max(start, Int(label.span.end)), size)
      let line = sources[file].line(of: start)
      let text = SourceLines.harmless(label.text)
      return Mark(file: file, line: line, start: start, end: end, text: text, isPrimary: i == 0)
    }
  }

  /// Source lines, each once, in order, the primary file first.
  private func excerpts(
    _ marks: [Mark], _ severity: Diagnostic.Severity, _ gutter: Int, _ lines: inout [String]
  ) {
    guard let first = marks.first else { return }
    let files = [first.file] + Set(marks.map(\.file)).subtracting([first.file]).sorted()
    for file in files {
      let marks = marks.filter { $0.file == file }
      let column = sources[file].column(of: marks[0].start)
      let arrow = file == first.file ? "--> " : "::: "
      lines.append(
        paint(String(repeating: " ", count: gutter) + arrow, .gutter)
          + "\(names[file]):\(marks[0].line + 1):\(column)")
      lines.append(bar(gutter))
      var last: Int?
      for line in Set(marks.map(\.line)).sorted() {
        if let last, line > last + 1 { lines.append(paint("...", .gutter)) }
        excerpt(line, marks.filter { $0.line == line }, severity, gutter, &lines)
        last = line
      }
    }
  }

  private func excerpt(
    _ line: Int, _ marks: [Mark], _ severity: Diagnostic.Severity, _ gutter: Int, _ lines: inout [String]
  ) {
    let source = sources[marks[0].file]
    let near = source.range(of: line, near: marks[0].start, within: Self.reach)
    var shown = Self.cut(source.cells(in: near), around: marks[0].start)
    if near.lowerBound > source.range(of: line).lowerBound { shown.hasStart = false }
    if near.upperBound < source.range(of: line).upperBound { shown.hasEnd = false }
    let number = String(line + 1)
    let head = String(repeating: " ", count: gutter - number.count) + number + " | "
    let text = (shown.hasStart ? "" : "…") + shown.cells.map(\.text).joined() + (shown.hasEnd ? "" : "…")
    lines.append(paint(head, .gutter) + trimmed(text))
    for mark in marks.sorted(by: { $0.isPrimary && !$1.isPrimary }) {
      let before = shown.cells.prefix { $0.offset < mark.start }.reduce(0) { $0 + $1.width }
      let under = shown.cells.filter { $0.offset >= mark.start && $0.offset < mark.end }
      let width = max(1, under.reduce(0) { $0 + $1.width })
      let carets = String(repeating: mark.isPrimary ? "^" : "-", count: width)
      let blank = String(repeating: " ", count: before + (shown.hasStart ? 0 : 1))
      let label = mark.text.isEmpty ? carets : "\(carets) \(mark.text)"
      lines.append(bar(gutter) + " " + blank + paint(label, mark.isPrimary ? .severity(severity) : .gutter))
    }
  }

  /// The part of a long line around the byte.
  private static func cut(
    _ cells: [SourceLines.Cell], around offset: Int
  ) -> (cells: ArraySlice<SourceLines.Cell>, hasStart: Bool, hasEnd: Bool) {
    guard cells.reduce(0, { $0 + $1.width }) > window else { return (cells[...], true, true) }
    let caret = cells.firstIndex { $0.offset >= offset } ?? cells.count
    var start = caret
    var width = 0
    while start > 0, width + cells[start - 1].width <= window / 2 {
      start -= 1
      width += cells[start].width
    }
    var end = caret
    while end < cells.count, width + cells[end].width <= window {
      width += cells[end].width
      end += 1
    }
    return (cells[start..<end], start == 0, end == cells.count)
  }

  private func trimmed(_ text: String) -> String {
    var text = text[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }

  private func bar(_ gutter: Int) -> String { paint(String(repeating: " ", count: gutter) + " |", .gutter) }

  // MARK: Colour

  private enum Style {
    case bold, gutter
    case severity(Diagnostic.Severity)
  }

  private func paint(_ text: String, _ style: Style) -> String {
    guard color else { return text }
    let code =
      switch style {
      case .bold: "1"
      case .gutter: "1;34"
      case .severity(.error): "1;31"
      case .severity(.warning): "1;33"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
