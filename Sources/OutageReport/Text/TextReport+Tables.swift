import OutageEngine
import OutageSyntax

extension TextReport {
  func measures(_ result: RunResult) -> [Line] {
    let columns = ["", "last", "min", "mean", "p50", "p90", "p99", "p99.9", "max"].map {
      Table.Column($0, right: !$0.isEmpty)
    }
    let rows = interruption.map(result.measures) { m in
      let values = [m.last, m.min, m.mean] + m.quantiles([0.5, 0.9, 0.99, 0.999]) + [m.max]
      return [Table.Cell(m.name, .strong)] + values.map { Table.Cell(quantity($0, m.unit, result.clock)) }
    }
    return section("Measures", Table(columns, rows).lines(width: width, interruption))
  }

  /// Counts and response times of services and loads.
  func requests(_ result: RunResult) -> [Line] {
    let known = result.responses.filter { $0.kind == .service } + result.responses.filter { $0.kind == .load }
    if known.isEmpty { return [] }
    return section("Requests", counts(known)) + [Line()] + section("Response times", times(known))
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

  private func times(_ responses: [ResponseTimes]) -> [Line] {
    let columns = ["", "mean", "p50", "p90", "p99", "p99.9", "max"].map { Table.Column($0, right: !$0.isEmpty) }
    let rows = interruption.map(responses) { r in
      let isIdle = r.completed == 0 && r.max == 0
      return [Table.Cell(r.name, .strong)]
        + [r.mean, r.p50, r.p90, r.p99, r.p999, r.max].map {
          isIdle ? Table.Cell(glyphs.dash, idle: true) : Table.Cell(ValueText.duration(nanoseconds($0)))
        }
    }
    return Table(columns, rows).lines(width: width, interruption)
  }
}
