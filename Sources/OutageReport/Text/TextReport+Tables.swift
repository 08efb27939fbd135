import OutageEngine
import OutageSyntax

extension TextReport {
  func measures(_ result: RunResult) -> [Line] {
    let columns = ["", "last", "min", "mean", "p50", "p90", "p99", "p99.9", "max", "mean of"].map {
      Table.Column($0, right: !$0.isEmpty)
    }
    let rows = interruption.map(result.measures) { m in
      let values = [m.last, m.min, m.mean] + m.quantiles([0.5, 0.9, 0.99, 0.999]) + [m.max]
      let of = m.meanOf == .time ? "time" : ValueText.grouped(m.count) + " samples"
      return [Table.Cell(m.name, .strong)] + values.map { Table.Cell(quantity($0, m.unit, result.clock)) }
        + [Table.Cell(of, .faint)]
    }
    return section("Measures", Table(columns, rows).lines(width: width, interruption))
  }

  /// Counts and response times of services and loads.
  func requests(_ result: RunResult) -> [Line] {
    let known = result.responses.filter { $0.kind == .service } + result.responses.filter { $0.kind == .load }
    if known.isEmpty { return [] }
    let services = known.filter { $0.kind == .service }
    let parts = [
      section("Requests", counts(known)), section("Queues and servers", servers(services)),
      section("Response times", times(known)),
    ]
    return Array(parts.filter { !$0.isEmpty }.joined(separator: [Line()]))
  }

  private func counts(_ responses: [ResponseTimes]) -> [Line] {
    let expires = responses.contains { $0.expired > 0 }
    let columns =
      [Table.Column("", right: false), Table.Column("arrived"), Table.Column("completed")]
      + ["failed", "refused", "dropped"].map { Table.Column($0, optional: true) }
      + (expires ? [Table.Column("expired")] : [])
      + ["wasted", "in hand"].map { Table.Column($0, optional: true) }
    let rows = interruption.map(responses) { r in
      func door(_ number: Int64) -> Int64? { r.kind == .service ? number : nil }
      let numbers =
        [r.arrived, r.completed, r.failed, door(r.refused), door(r.dropped)] + (expires ? [door(r.expired)] : [])
        + [door(r.wasted), r.inHand]
      let styles: [Style] =
        [.plain, .plain, .bad, .fault, .fault] + (expires ? [.fault] : []) + [.warning, .plain]
      return [Table.Cell(r.name, .strong)]
        + zip(numbers, styles).map { number, style in
          guard let number else { return Table.Cell("", idle: true) }
          return Table.Cell(ValueText.grouped(number), style, idle: number == 0)
        }
    }
    return Table(columns, rows).lines(width: width, interruption)
  }

  /// How much of its servers each service used, how many requests waited and were served on average over time, and how
  /// long each waited and was served.
  private func servers(_ services: [ResponseTimes]) -> [Line] {
    let columns = ["", "utilisation", "in queue", "in service", "waiting", "service"].map {
      Table.Column($0, right: !$0.isEmpty)
    }
    func row(_ name: String, _ utilisation: Double?, _ h: Handling) -> [Table.Cell] {
      let used = utilisation.map { Table.Cell(ValueText.decimal($0 * 100) + "%") } ?? Table.Cell("", idle: true)
      let times = [h.meanWaiting, h.meanService].map {
        h.all.count == 0 ? Table.Cell(glyphs.dash, idle: true) : Table.Cell(ValueText.duration(nanoseconds($0)))
      }
      return [Table.Cell(name, .strong), used]
        + [h.meanInQueue, h.meanInService].map { Table.Cell(ValueText.decimal($0)) } + times
    }
    let rows = interruption.map(services) { r in
      [row(r.name, r.utilisation, r.whole)] + several(r).map { row("\(r.name).\(title($0))", nil, $0) }
    }
    return Table(columns, Array(rows.joined())).lines(width: width, interruption)
  }

  /// The handlers of a service that has more than one.
  private func several(_ r: ResponseTimes) -> [Handling] { r.handlers.count > 1 ? r.handlers : [] }

  private func title(_ h: Handling) -> String { h.priority.map { "\(h.name) (priority \($0))" } ?? h.name }

  private func times(_ responses: [ResponseTimes]) -> [Line] {
    let columns = ["", "mean", "p50", "p90", "p99", "p99.9", "max"].map { Table.Column($0, right: !$0.isEmpty) }
    func rows(_ name: String, _ h: Handling) -> [[Table.Cell]] {
      let parts = h.failed.count == 0 ? [] : [row("  ok", h.ok), row("  failed", h.failed)]
      return [row(name, h.all)] + parts
    }
    let all = interruption.map(responses) { r in
      rows(r.name, r.whole) + several(r).flatMap { rows("\(r.name).\(title($0))", $0) }
    }
    return Table(columns, Array(all.joined())).lines(width: width, interruption)
  }

  /// What requests still in flight could raise is at least what it says.
  private func row(_ name: String, _ times: Times) -> [Table.Cell] {
    func cell(_ value: Double, _ isLeast: Bool) -> Table.Cell {
      if times.count == 0 { return Table.Cell(glyphs.dash, idle: true) }
      return Table.Cell((isLeast ? glyphs.atLeast + " " : "") + ValueText.duration(nanoseconds(value)))
    }
    return [Table.Cell(name, .strong), cell(times.mean, false)]
      + Times.Figure.allCases.map { cell(times[$0], times.atLeast.contains($0)) }
  }
}
