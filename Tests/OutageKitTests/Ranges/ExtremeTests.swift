import Foundation
import OutageEngine
import OutageExplorer
import OutageKit
import OutageModel
import Testing

/// No arithmetic on what scripts and hosts choose may trap: extreme values in every place, from every side, end in a value or a
/// diagnostic. A trap ends the test's process. Here a slice, in `make soak` all.
@Suite struct ExtremeTests {
  static let isSoak = ProcessInfo.processInfo.environment["OUTAGE_SOAK"] != nil

  /// Combinations of this place and value, about one in 24 of them unless all are wanted.
  private func isChosen(_ place: Int, _ value: Int, _ way: Int) -> Bool {
    Self.isSoak || (place &* 31 &+ value &* 7 &+ way &* 3) % 24 == 0
  }

  private func run(_ text: String, settings: [(String, String)] = [], variant: String? = nil, host: [HostFunction] = []) {
    let source = RangeTests.source(text)
    guard source.program != nil else { return }
    var options = RangeTests.options
    options.settings = settings
    options.variant = variant
    options.host = host
    _ = try? source.run(options)
    var search = ExplorationOptions()
    search.settings = settings
    search.variant = variant
    search.host = host
    search.search.maxStates = 100
    _ = try? source.explore(search)
  }

  /// A text in the place, from the text and from everywhere else.
  private func ways(_ place: Place, _ value: String) -> [() -> Void] {
    let good = "param amount = \(place.quantity.good)\n"
    let kind = place.quantity.rawValue
    let host = HostFunction("f", [], HostKind(rawValue: kind) ?? .count) { _ in
      switch place.quantity {
      case .count: .count(value.hasPrefix("-") ? .min : .max)
      case .duration: .duration(value.hasPrefix("-") ? .min : .max)
      case .rate: .rate(.greatestFiniteMagnitude)
      case .number: .number(value.hasPrefix("-") ? -Double.greatestFiniteMagnitude : .greatestFiniteMagnitude)
      }
    }
    return [
      { run(place.script(value)) },
      { run(place.script("amount", before: "param amount = \(value)\n")) },
      { run(place.script("amount", before: good), settings: [("amount", value)]) },
      { run(place.script("amount", before: good + "variant \"it\" { amount = \(value) }\n"), variant: "it") },
      {
        run(
          place.script("amount", before: "var amount = \(place.quantity.good)\n") {
            "process p { wait 1s; \($0) }\nat 500ms { amount = \(value) }"
          })
      },
      { run(place.script("f()", before: "extern fn f(): \(kind)\n"), host: [host]) },
      { prompt(place, value) },
      { setAtThePrompt(place, value) },
    ]
  }

  private func live(_ text: String) -> LiveWorld? {
    var options = LiveOptions()
    options.budgets = RangeTests.options.budgets
    return try? LiveWorld(RangeTests.source(text), options)
  }

  /// Typed into a world that has gone on for a while.
  private func prompt(_ place: Place, _ value: String) {
    guard let world = live(Place.around + "process p { loop { wait 1s } }\n") else { return }
    _ = world.go(to: Moment(ticks: 5))
    let text =
      place.clause.map { $0.split(separator: "\n").map { String($0) } } ?? ["at 6s { \(place.statement) }", place.statement]
    for line in text {
      _ = try? world.enter(line.replacing("process p", with: "process q").replacing("#", with: value))
      _ = try? world.value(of: "x + 1")
    }
    _ = world.go(to: Moment(ticks: 15))
    _ = world.result()
    _ = world.go(to: Moment(ticks: 7))
  }

  private func setAtThePrompt(_ place: Place, _ value: String) {
    guard let world = live(place.script("amount", before: "param amount = \(place.quantity.good)\n")) else { return }
    _ = world.go(to: Moment(ticks: 5))
    _ = try? world.set("amount", value.replacing("_", with: ""))
    _ = world.go(to: Moment(ticks: 15))
    _ = world.result()
  }

  /// All of them, or with `OUTAGE_PLACE=17` that one: a trap ends the process, and the last line that began says where.
  private static let places: [(Int, Place)] = {
    let all = Place.all.enumerated().map { ($0.offset, $0.element) }
    guard let only = ProcessInfo.processInfo.environment["OUTAGE_PLACE"].flatMap(Int.init) else { return all }
    return all.filter { $0.0 == only }
  }()

  @Test(arguments: places) func endInAValueOrADiagnostic(
    _ number: Int, _ place: Place
  ) {
    for (k, value) in place.quantity.extremes.enumerated() {
      for (way, go) in ways(place, value).enumerated() where isChosen(number, k, way) { go() }
    }
  }
}
