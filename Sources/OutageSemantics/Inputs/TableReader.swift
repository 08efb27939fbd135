import OutageSyntax

/// What is wrong with a table, or with what was asked of it.
struct TableFault: Error {
  enum Place {
    /// Bytes of the table.
    case table(Int, Int)
    case script(Span)
  }
  var code: String
  var message: String
  var place: Place
  var help: String?
}

/// What a script wants of a table.
enum TableUse {
  /// Values that are drawn from; true: durations.
  case values(isDuration: Bool)
  /// Times, and the rates from then on.
  case rates
  /// Times at which something arrives.
  case times
}

/// Reads the columns that are asked for, row by row. Whatever is not as it should be ends the reading with its place.
struct TableReader {
  let table: InputTable
  let use: TableUse
  let origin: CalendarOrigin
  let interruption: Interruption
  var csv: CSVReader
  /// The first line.
  private var first: [CSVReader.Cell] = []
  private var width: Int { first.count }
  private(set) var columns = Columns()
  /// Whether a row was read that holds a time of the calendar, or one since the start.
  private var isAbsolute: Bool?

  struct Columns {
    var value = 0
    var time: Int?
    var weight: Int?
    var buckets: Int?
    /// Nanoseconds of 1 in the column of values, and in that of times.
    var duration: Int64 = 1_000_000_000
    var timeUnit: Int64 = 1_000_000_000
    /// Per second.
    var rate = 1.0
  }

  init(_ table: InputTable, _ use: TableUse, _ origin: CalendarOrigin, _ text: [UInt8], _ interruption: Interruption) {
    self.table = table
    self.use = use
    self.origin = origin
    self.interruption = interruption
    csv = CSVReader(text)
  }

  /// - Parameter row: is given the cells of each row after the heading.
  mutating func read(_ row: (inout TableReader, [CSVReader.Cell]) throws(TableFault) -> Void) throws(TableFault) {
    var cells: [CSVReader.Cell] = []
    guard try next(&cells) else { throw empty() }
    first = cells
    let headings = isHeading() ? cells.map(csv.string) : nil
    columns = try chosen(headings)
    var any = headings == nil
    if headings == nil { try row(&self, cells) }
    while try next(&cells) {
      if interruption.looks() { return }
      if cells.count != width { throw ragged(cells) }
      try row(&self, cells)
      any = true
    }
    if !any { throw empty() }
  }

  private mutating func next(_ cells: inout [CSVReader.Cell]) throws(TableFault) -> Bool {
    do { return try csv.next(&cells) } catch {
      throw TableFault(code: "E0023", message: error.message, place: .table(error.start, error.end), help: error.help)
    }
  }

  /// A first line is a heading where columns are asked for by name, or where no cell begins as a number does.
  private func isHeading() -> Bool {
    if table.column != nil || table.time != nil || table.weight != nil || table.buckets != nil { return true }
    return !first.contains { cell in
      guard cell.start < cell.end else { return true }
      let byte = csv.text[cell.start]
      return byte >= 0x30 && byte <= 0x39 || [UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: ".")].contains(byte)
    }
  }

  // MARK: Cells

  /// A number that is not below zero.
  func number(_ cell: CSVReader.Cell, _ what: String) throws(TableFault) -> Double {
    guard Decimal(csv.text[cell.start..<cell.end]) != nil,
      let value = Double(String(decoding: csv.text[cell.start..<cell.end], as: UTF8.self)), value.isFinite
    else { throw notANumber(cell, what) }
    if value < 0 { throw fault(cell, "\(what) is at least 0") }
    return value
  }

  /// A number of units of time, in nanoseconds.
  func duration(_ cell: CSVReader.Cell) throws(TableFault) -> Double {
    let number = try number(cell, "a duration")
    // The nearest nanosecond, where the unit is small enough to tell.
    let value = Decimal(csv.text[cell.start..<cell.end])?.times(columns.duration).map { Double($0) }
      ?? number * Double(columns.duration)
    if value >= 9e18 { throw fault(cell, "this is longer than any scenario") }
    return value
  }

  /// A time, in nanoseconds since the start of the scenario; below 0: before it.
  mutating func time(_ cell: CSVReader.Cell) throws(TableFault) -> Int64 {
    let bytes = csv.text[cell.start..<cell.end]
    let moment: CalendarMoment
    if let decimal = Decimal(bytes) {
      guard let value = decimal.times(columns.timeUnit) else { throw tooFar(cell) }
      // A billion seconds, 31 years, into a scenario nothing arrives: this counts from 1970.
      if value < Self.unixFrom {
        try agree(cell, isAbsolute: false)
        if value < 0 { throw fault(cell, "a time since the start is at least 0") }
        return Int64(value)
      }
      moment = .unix(value)
    } else if let civil = CalendarMoment(bytes) {
      moment = civil
    } else {
      throw notATime(cell)
    }
    try agree(cell, isAbsolute: true)
    let elapsed: Int128
    do throws(CalendarOrigin.Fault) { elapsed = try origin.elapsed(moment) } catch { throw unmapped(cell, error) }
    guard let time = Int64(exactly: elapsed) else { throw tooFar(cell) }
    return time
  }

  /// The first time of Unix that is taken for one: 2001-09-09.
  private static let unixFrom: Int128 = 1_000_000_000 * 1_000_000_000

  private mutating func agree(_ cell: CSVReader.Cell, isAbsolute: Bool) throws(TableFault) {
    if let before = self.isAbsolute, before != isAbsolute {
      throw fault(cell, "times count from the start of the scenario, or are dates: a column holds one kind")
    }
    self.isAbsolute = isAbsolute
  }

  // MARK: Faults

  func fault(_ cell: CSVReader.Cell, _ message: String, help: String? = nil) -> TableFault {
    TableFault(code: "E0023", message: message, place: .table(cell.start, max(cell.end, cell.start + 1)), help: help)
  }

  private func notANumber(_ cell: CSVReader.Cell, _ what: String) -> TableFault {
    if cell.start >= cell.end { return fault(cell, "this cell is empty; \(what) is a number") }
    let text = csv.string(cell)
    let isComma = csv.separator != UInt8(ascii: ",") && text.contains(",") || cell.isQuoted && text.contains(",")
    return fault(
      cell, "'\(text.shortenedHead)' is not a number", help: isComma ? "fractions are written with a point, thousands without a comma" : nil)
  }

  private func notATime(_ cell: CSVReader.Cell) -> TableFault {
    fault(
      cell, cell.start >= cell.end ? "this cell is empty; it is to hold a time" : "'\(csv.string(cell).shortenedHead)' is not a time",
      help: "a time is a number of seconds, or a date such as 2025-10-20T02:25:30Z")
  }

  private func tooFar(_ cell: CSVReader.Cell) -> TableFault {
    fault(
      cell, "this time is further away than any scenario reaches",
      help: "say what a number counts: `unit 1ms` for milliseconds")
  }

  private func unmapped(_ cell: CSVReader.Cell, _ error: CalendarOrigin.Fault) -> TableFault {
    switch error {
    case .noDate:
      fault(
        cell, "a date needs a `clock` that has one", help: "write `clock 2025-10-20 02:00 UTC for 1h`, or count from the start")
    case .unknownZone(let zone):
      fault(
        cell, "how far \(zone) is from UTC is not known", help: "write the clock in UTC, or the times without a zone")
    }
  }

  private func ragged(_ cells: [CSVReader.Cell]) -> TableFault {
    let place = cells.count > width ? cells[width] : cells[cells.count - 1]
    return fault(place, "this line has \(cells.count) cells; the first has \(width)")
  }

  private func empty() -> TableFault {
    TableFault(code: "E0023", message: "\"\(table.path)\" holds no number", place: .script(table.span))
  }
}

extension TableReader {
  // MARK: Columns

  private func chosen(_ headings: [String]?) throws(TableFault) -> Columns {
    var columns = Columns()
    let value = try index(table.column, headings)
    let time = try index(table.time, headings)
    columns.weight = try index(table.weight, headings)
    columns.buckets = try index(table.buckets, headings)
    try refuseIdle()
    switch use {
    case .values:
      columns.value = value ?? 0
      if value == nil { columns.value = try onlyColumn(besides: columns.weight ?? columns.buckets, &columns, headings) }
    case .times:
      columns.value = value ?? 0
      if value == nil { columns.value = try onlyColumn(besides: nil, &columns, headings) }
    case .rates:
      switch (time, value) {
      case (let time?, let value?): (columns.time, columns.value) = (time, value)
      case (nil, nil) where width == 2: (columns.time, columns.value) = (0, 1)
      // in range: a column, 0 or 1
      case (let time?, nil) where width == 2: (columns.time, columns.value) = (time, 1 - time)
      case (nil, let value?) where width == 2: (columns.time, columns.value) = (1 - value, value)
      default: throw whichColumns("times and rates", "`time \"…\" column \"…\"`", 2, headings)
      }
    }
    if columns.time == columns.value {
      throw TableFault(
        code: "E0024", message: "the times and the rates are of two columns",
        place: .script((table.column ?? table.time)?.span ?? table.span))
    }
    try setUnits(&columns, headings)
    return columns
  }

  private func index(_ name: Name?, _ headings: [String]?) throws(TableFault) -> Int? {
    guard let name, let headings else { return nil }
    let wanted = name.text
    let found = headings.indices.filter { headings[$0] == wanted }
    if found.count == 1 { return found[0] }
    let list = headings.prefix(20).map { "'\($0.shortenedHead)'" }.joined(separator: ", ")
    throw TableFault(
      code: "E0024",
      message: found.isEmpty
        ? "\"\(table.path)\" has no column '\(wanted)'" : "\"\(table.path)\" has several columns '\(wanted)'",
      place: .script(name.span), help: "its first line has \(list)")
  }

  /// Options that mean nothing here.
  private func refuseIdle() throws(TableFault) {
    var idle: (name: Name, message: String)?
    switch use {
    case .values:
      idle =
        table.time.map { ($0, "`time` is for the times of a rate") }
        ?? (table.weight == nil ? nil : table.buckets.map { ($0, "values have `weight` or `buckets`, not both") })
    case .rates, .times:
      let isOfTimes = if case .times = use { true } else { false }
      idle =
        (table.weight ?? table.buckets).map { ($0, "`weight` and `buckets` are for `empirical`") }
        ?? (isOfTimes ? table.time.map { ($0, "the times are the `column`") } : nil)
    }
    if let idle { throw TableFault(code: "E0024", message: idle.message, place: .script(idle.name.span)) }
  }

  /// The column of a table that has one; or of values beside their weights, which are known by their headings.
  private func onlyColumn(besides other: Int?, _ columns: inout Columns, _ headings: [String]?) throws(TableFault) -> Int {
    if let other, width == 2 { return 1 - other }
    if other == nil, width == 1 { return 0 }
    if other == nil, width == 2, case .values = use, let headings {
      let words = headings.map { $0.lowercased() }
      if let bound = words.firstIndex(of: "le") {
        columns.buckets = 1 - bound
        return bound
      }
      if let weight = words.firstIndex(where: { ["weight", "weights"].contains($0) }) {
        columns.weight = weight
        return 1 - weight
      }
    }
    throw whichColumns("numbers", "`column \"…\"`", 1, headings)
  }

  private func whichColumns(_ what: String, _ options: String, _ count: Int, _ headings: [String]?) -> TableFault {
    if width < count {
      return fault(first[0], "\(what) are \(count) columns; this line has \(width)")
    }
    let extra = first[min(count, first.count - 1)]
    guard let headings else {
      return fault(
        extra, "this line has \(width) cells; \(what) are \(count)",
        help: "name the columns in a first line, and say which are meant: \(options)")
    }
    let list = headings.prefix(20).map { "'\($0.shortenedHead)'" }.joined(separator: ", ")
    return TableFault(
      code: "E0024", message: "\"\(table.path)\" has \(width) columns: say which are meant", place: .script(table.span),
      help: "write \(options); there are \(list)")
  }

  // MARK: Units

  private func setUnits(_ columns: inout Columns, _ headings: [String]?) throws(TableFault) {
    let heading = headings?[columns.value]
    let stated = heading.flatMap { HeadingUnit($0) }
    switch use {
    case .values(let isDuration): try setUnits(ofValues: &columns, heading, stated, isDuration)
    case .times:
      columns.timeUnit = try durationUnit(heading, stated)
      try refuse(table.rate)
    case .rates:
      let time = columns.time.flatMap { headings?[$0] }
      columns.timeUnit = try durationUnit(time, time.flatMap { HeadingUnit($0) })
      if case .duration? = stated { throw contradiction(heading, table.column?.span ?? table.span, "a rate") }
      if case .rate(let own)? = stated { columns.rate = own }
      if let unit = table.rate {
        if case .rate(let own)? = stated, own != unit.value { throw contradiction(heading, unit.span, "another unit") }
        columns.rate = unit.value
      }
    }
  }

  private func setUnits(
    ofValues columns: inout Columns, _ heading: String?, _ stated: HeadingUnit?, _ isDuration: Bool
  ) throws(TableFault) {
    if let unit = table.rate {
      if let stated, stated != .rate(unit.value) { throw contradiction(heading, unit.span, "another unit") }
      columns.rate = unit.value
      return
    }
    guard isDuration else { return }
    if table.duration == nil, let heading, stated == nil, heading.lowercased() != "le" {
      throw TableFault(
        code: "E0025", message: "in which unit '\(heading.shortenedHead)' of \"\(table.path)\" is, nothing says",
        place: .script(table.column?.span ?? table.span),
        help: "write `unit 1ms` after the file's name for milliseconds, or name the column '\(heading.shortenedHead)_ms'")
    }
    columns.duration = try durationUnit(heading, stated)
  }

  /// Of the script, of the heading, or else seconds.
  private func durationUnit(_ heading: String?, _ stated: HeadingUnit?) throws(TableFault) -> Int64 {
    if case .rate? = stated { throw contradiction(heading, table.column?.span ?? table.span, "a time") }
    guard let unit = table.duration else {
      if case .duration(let own)? = stated { return own }
      return 1_000_000_000
    }
    if case .duration(let own)? = stated, own != unit.value { throw contradiction(heading, unit.span, "another unit") }
    return unit.value
  }

  private func refuse(_ unit: InputTable.Unit<Double>?) throws(TableFault) {
    if let unit {
      throw TableFault(code: "E0025", message: "times are counted in a duration, such as `unit 1ms`", place: .script(unit.span))
    }
  }

  private func contradiction(_ heading: String?, _ span: Span, _ what: String) -> TableFault {
    TableFault(
      code: "E0025", message: "the heading '\((heading ?? "").shortenedHead)' and the script do not agree: this is \(what)",
      place: .script(span))
  }
}

extension String {
  /// The first characters, for a message.
  fileprivate var shortenedHead: String { count > 40 ? prefix(39) + "…" : self }
}
