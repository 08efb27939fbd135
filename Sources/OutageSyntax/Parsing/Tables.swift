// A file of numbers: its name, and which of its columns are meant in which unit.

extension Parser {
  /// `"times.csv" column "latency" unit 1ms`
  /// - Parameter acrossLines: the options may stand on lines of their own, as the clauses around them may.
  mutating func table(acrossLines: Bool) -> InputTable {
    let (path, span) = plainText("a file's name")
    var table = InputTable(path: path, span: span)
    named.append(NamedFile(path: path, span: span))
    while !isPanicking, acrossLines || !isAtLineEnd, tableOption(&table) {}
    return table
  }

  private mutating func tableOption(_ table: inout InputTable) -> Bool {
    guard let keyword = current.keyword else { return false }
    switch keyword {
    case .unit where next.kind == .duration || next.kind == .rate: unit(&table)
    case .column where next.kind == .textStart: heading(&table.column)
    case .time where next.kind == .textStart: heading(&table.time)
    case .weight where next.kind == .textStart: heading(&table.weight)
    case .buckets where next.kind == .textStart: heading(&table.buckets)
    default: return false
    }
    return true
  }

  private mutating func heading(_ place: inout Name?) {
    if place != nil { repeated() }
    advance()
    let (text, span) = plainText("a column's heading")
    place = Name(text, span)
  }

  private mutating func unit(_ table: inout InputTable) {
    let isDuration = next.kind == .duration
    if isDuration ? table.duration != nil : table.rate != nil { repeated() }
    advance()
    if isDuration {
      table.duration = InputTable.Unit(current.bits, span(current))
    } else {
      table.rate = InputTable.Unit(Double(bitPattern: UInt64(bitPattern: current.bits)), span(current))
    }
    advance()
  }

  private mutating func repeated() {
    report("E0211", "this option is already given", at: span(current))
  }
}
