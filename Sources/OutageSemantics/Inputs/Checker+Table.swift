import OutageSyntax

/// Numbers from files: `empirical`, the rates of a load, and the times of its arrivals.
extension Checker {
  /// `empirical "times.csv"`: durations where one is wanted or a unit of time is stated, plain numbers elsewhere.
  func empirical(_ table: InputTable, _ span: Span, _ wanted: Type?) -> CheckedExpression {
    guard mayDraw("empirical", span) else { return missing(span) }
    let type: Type =
      if table.duration != nil { .duration } else if table.rate != nil { .rate } else {
        wanted == .number || wanted == .rate || wanted == .count ? .number : .duration
      }
    let id = series(table, type == .duration ? 0 : 1) { text throws(TableFault) in try values(table, type, text) }
    return drawing(.draw(.empirical, [CheckedExpression(.integer(Int64(id)), .count, span)]), type, span)
  }

  /// `rate "rates.csv"`
  func rates(_ table: InputTable) -> Int {
    series(table, 0) { text throws(TableFault) in
      var words: [Int64] = []
      var reader = TableReader(table, .rates, CalendarOrigin(declarations.clock), text, interruption)
      try reader.read { reader, cells throws(TableFault) in
        let cell = cells[reader.columns.time ?? 0]
        let time = try reader.time(cell)
        if words.count > 1, words[words.count - 2] >= time { throw reader.fault(cell, "times go up from line to line") }
        let rate = try reader.number(cells[reader.columns.value], "a rate") * reader.columns.rate
        words += [time, Int64(bitPattern: rate.bitPattern)]
      }
      return CheckedProgram.Series(.rates, words)
    }
  }

  /// `times "arrivals.csv"`
  func times(_ table: InputTable) -> Int {
    series(table, 0) { text throws(TableFault) in
      var words: [Int64] = []
      var (last, before) = (Int64.min, 0)
      var reader = TableReader(table, .times, CalendarOrigin(declarations.clock), text, interruption)
      try reader.read { reader, cells throws(TableFault) in
        let cell = cells[reader.columns.value]
        let time = try reader.time(cell)
        if time < last {
          throw reader.fault(cell, "times go up from line to line", help: "sort the file; several may be at one time")
        }
        last = time
        if time < 0 { before += 1 } else { words.append(time) }
      }
      warnOfUnused(table, words, before)
      return CheckedProgram.Series(.times, words)
    }
  }

  private func warnOfUnused(_ table: InputTable, _ times: [Int64], _ before: Int) {
    if before > 0 {
      report(
        "W0023", "\(before) of \(before + times.count) arrivals are before the start, and left out", at: table.span,
        severity: .warning)
    }
    guard let end = ConstantFold.plain(program.clock.duration)?.asDouble else { return }
    let after = times.count - times.partitioningIndex { Double($0) > end }
    if after > 0 {
      report(
        "W0023", "\(after) of \(before + times.count) arrivals are after the end, and never come", at: table.span,
        severity: .warning)
    }
  }

  /// The id of the numbers of a table, which the reporting pass reads, once.
  /// - Parameter kind: 0 or 1, where one place gives numbers of two kinds.
  private func series(
    _ table: InputTable, _ kind: Int, _ read: ([UInt8]) throws(TableFault) -> CheckedProgram.Series
  ) -> Int {
    guard isReporting, let place = seriesPlaces[table.span] else { return 0 }
    // By place, so that what is typed later moves no id.
    let id = 2 * place + kind
    while program.series.count <= id { program.series.append(CheckedProgram.Series(.none, [])) }
    if program.series[id].kind != .none || isUnreadable.contains(id) { return id }
    let index: Int32
    switch inputFiles.index(of: table.path, in: table.span.file) {
    case .success(let found): index = found
    case .failure(let error):
      report("E0022", "\"\(table.path)\" cannot be read: \(error.reason)", at: table.span)
      return id
    }
    do throws(TableFault) { program.series[id] = try read(files[Int(index)].text) } catch {
      isUnreadable.insert(id)
      report(error, of: table, index)
    }
    return id
  }

  private func report(_ fault: TableFault, of table: InputTable, _ index: Int32) {
    switch fault.place {
    case .script(let span): report(fault.code, fault.message, at: span, help: fault.help)
    case .table(let start, let end):
      let span = Span(file: index, start: Int32(start), end: Int32(end))
      report(
        fault.code, fault.message, at: span, secondary: [.init(table.span, "the file is named here")], help: fault.help)
    }
  }
}

// MARK: Values

extension Checker {
  private func values(_ table: InputTable, _ type: Type, _ text: [UInt8]) throws(TableFault) -> CheckedProgram.Series {
    var values: [Double] = []
    var counts: [Double] = []
    let use = TableUse.values(isDuration: type == .duration)
    var reader = TableReader(table, use, CalendarOrigin(declarations.clock), text, interruption)
    try reader.read { reader, cells throws(TableFault) in
      let cell = cells[reader.columns.value]
      if let buckets = reader.columns.buckets {
        try bucket(&reader, cell, cells[buckets], &values, &counts)
      } else {
        values.append(try value(reader, cell, type))
        if let weight = reader.columns.weight { counts.append(try reader.number(cells[weight], "a weight")) }
      }
    }
    let isBuckets = reader.columns.buckets != nil
    if counts.isEmpty { return CheckedProgram.Series(.values, values.map { Int64(bitPattern: $0.bitPattern) }) }
    if isBuckets, values.last == .infinity { try close(&values, table) }
    let shares = try shares(counts, isBuckets, table)
    let words = zip(values, shares).flatMap { [Int64(bitPattern: $0.bitPattern), Int64(bitPattern: $1.bitPattern)] }
    return CheckedProgram.Series(isBuckets ? .buckets : .weighted, words)
  }

  private func value(_ reader: TableReader, _ cell: CSVReader.Cell, _ type: Type) throws(TableFault) -> Double {
    if type == .duration { return try reader.duration(cell) }
    let value = try reader.number(cell, "a value") * reader.columns.rate
    if value >= 9e18 { throw reader.fault(cell, "this number is too large") }
    return value
  }

  /// One line of a histogram: an upper bound, and how many are at most that.
  private func bucket(
    _ reader: inout TableReader, _ bound: CSVReader.Cell, _ count: CSVReader.Cell, _ values: inout [Double],
    _ counts: inout [Double]
  ) throws(TableFault) {
    if values.last == .infinity { throw reader.fault(bound, "after +Inf comes no bucket") }
    let isLast = ["+inf", "inf"].contains(reader.csv.string(bound).lowercased())
    var isDuration = false
    if case .values(let wanted) = reader.use { isDuration = wanted }
    let value = try isLast ? .infinity : self.value(reader, bound, isDuration ? .duration : .number)
    if let last = values.last, last >= value { throw reader.fault(bound, "the bounds of buckets go up from line to line") }
    let number = try reader.number(count, "a count")
    if let last = counts.last, last > number {
      throw reader.fault(count, "the counts of buckets do not go down: each holds those below it")
    }
    values.append(value)
    counts.append(number)
  }

  /// What is above the last finite bound is drawn as that bound.
  private func close(_ values: inout [Double], _ table: InputTable) throws(TableFault) {
    guard values.count > 1 else {
      throw TableFault(code: "E0023", message: "\"\(table.path)\" has no bucket below +Inf", place: .script(table.span))
    }
    values[values.count - 1] = values[values.count - 2]
  }

  /// Shares of the whole up to each value, the last 1.
  private func shares(_ counts: [Double], _ isCumulative: Bool, _ table: InputTable) throws(TableFault) -> [Double] {
    var sum = 0.0
    var sums: [Double] = []
    sums.reserveCapacity(counts.count)
    for count in counts {
      sum = isCumulative ? count : sum + count
      sums.append(sum)
    }
    guard sum > 0, sum.isFinite else {
      throw TableFault(
        code: "E0023", message: "\"\(table.path)\" \(sum > 0 ? "has weights that are too large" : "weighs nothing")",
        place: .script(table.span))
    }
    return sums.map { $0 / sum }
  }
}

extension [Int64] {
  /// The first index from which on a condition holds.
  fileprivate func partitioningIndex(_ holds: (Int64) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
