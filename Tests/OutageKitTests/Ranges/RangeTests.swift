import OutageEngine
import OutageExplorer
import OutageKit
import OutageModel
import OutageSyntax
import Testing

/// A value means the same wherever it comes from: the text, a constant, a parameter, `--set`, a variant, an assignment.
@Suite struct RangeTests {
  /// What is wrong with a value, if anything is: the phrase of the rule.
  private enum Answer: Equatable, CustomStringConvertible {
    case fine
    case wrong(String)
    /// Something else is: too large for memory, not known before the run.
    case other(String)

    var description: String {
      switch self {
      case .fine: "fine"
      case .wrong(let text), .other(let text): text
      }
    }
  }

  static func source(_ text: String) -> Source {
    Source(name: "place.outage", text: Array(text.utf8)) { _, _ in .failure(LoadError("none")) }
  }

  static var options: RunOptions {
    var options = RunOptions()
    options.budgets = Budgets(events: 3000, memory: 16 << 20)
    return options
  }

  private func answer(_ diagnostics: [Diagnostic]) -> Answer {
    let errors = diagnostics.filter { $0.severity == .error }
    if let range = errors.first(where: { ["E0501", "E0504", "E0506"].contains($0.code) }) { return .wrong(range.message) }
    return errors.first.map { .other("\($0.code): \($0.message)") } ?? .fine
  }

  /// What check says, then what the compiler says.
  private func answer(_ text: String, settings: [(String, String)] = [], variant: String? = nil, explores: Bool) -> Answer {
    let source = Self.source(text)
    if source.program == nil { return answer(source.diagnostics) }
    do {
      if explores {
        _ = try source.imageToExplore(settings: settings, variant: variant, memory: 16 << 20)
      } else {
        _ = try source.image(settings: settings, variant: variant, memory: 16 << 20)
      }
      return .fine
    } catch {
      if case .script(let diagnostics) = error { return answer(diagnostics) }
      return .other("\(error)")
    }
  }

  @Test(arguments: Place.all) func aValueIsJudgedAlikeWhereverItComesFrom(_ place: Place) {
    let explores = place.description.contains("explore {")
    for value in place.quantity.extremes {
      let literal = answer(place.script(value), explores: explores)
      let param = answer(place.script("amount", before: "param amount = \(value)\n"), explores: explores)
      let constant = answer(place.script("amount", before: "let amount = \(value)\n"), explores: explores)
      let good = "param amount = \(place.quantity.good)\n"
      let set = answer(place.script("amount", before: good), settings: [("amount", value)], explores: explores)
      let variant = answer(
        place.script("amount", before: good + "variant \"it\" { amount = \(value) }\n"), variant: "it", explores: explores)
      #expect(param == literal, "param \(value): \(place)")
      #expect(constant == literal, "let \(value): \(place)")
      #expect(set == literal, "--set \(value): \(place)")
      #expect(variant == literal, "variant \(value): \(place)")
    }
  }

  /// What a run of a statement ends with; nil: it does not fail.
  private func failure(_ text: String) throws -> RuntimeFailure? {
    let source = Self.source(text)
    guard source.program != nil else {
      Issue.record("\(source.diagnostics.map(\.message)): \(text)")
      return nil
    }
    if case .failed(let failure) = try source.run(Self.options).end { return failure }
    return nil
  }

  private static let statements = Array(Place.all.filter { $0.clause == nil }.enumerated().map { ($0.offset, $0.element) })

  /// A third of the values, or in `make soak` all.
  @Test(arguments: statements) func whatARunFindsOutIsJudgedAlike(_ number: Int, _ place: Place) throws {
    for (k, value) in place.quantity.extremes.enumerated() where ExtremeTests.isSoak || (k + number) % 3 == 0 {
      let before = "var amount = \(place.quantity.good)\n"
      let assigned =
        number % 2 == 0
        ? place.script("amount", before: before) { "process p { amount = \(value); wait 1s; \($0) }" }
        : place.script("amount", before: before) { "process p { wait 1s; \($0) }\nat 0s { amount = \(value) }" }
      let found = try failure(assigned)
      switch answer(place.script(value), explores: false) {
      case .wrong(let words) where words.contains("counted from 0") || words == "an index counts from 0":
        #expect(found?.code == "E0703", "\(value): \(place)")
      case .wrong(let words):
        #expect(found?.message == words, "\(value): \(place)")
        #expect(["E0705", "E0707", "E0708"].contains(found?.code), "\(value): \(place)")
      case .fine:
        // What the text does not decide either is decided alike.
        let other = try failure(place.script(value) { "process p { wait 1s; \($0) }" })
        #expect(found?.message == other?.message, "\(value): \(place)")
      case .other: #expect(found != nil, "\(value): \(place)")
      }
    }
  }

  /// In a search a value out of its range is a step that fails.
  @Test func aSearchFindsAssignmentsOutOfRange() throws {
    let rows = [
      ("api.servers = v", "0", "servers must be at least 1"), ("api.limit = v", "0", "limit must be more than 0"),
      ("jobs.capacity = v", "0", "capacity must be more than 0"),
      ("closed.users = v", "-1", "users must be at least 0"), ("call api retry v", "-3", "retry must be at least 0"),
    ]
    for (statement, value, words) in rows {
      let text =
        Place.around + "var v = 1\nprocess p { v = \(value); \(statement) }\nnever \"over\" { p.finished and x == 1 }\n"
      let result = try Self.source(text).explore(ExplorationOptions())
      #expect(result.failure?.message == words, "\(statement)")
      #expect(result.failure?.code == "E0708", "\(statement)")
    }
  }

  @Test func theMessageStandsWhereTheValueDoes() throws {
    func place(_ text: String, settings: [(String, String)] = [], variant: String? = nil) -> (String, String, [String]) {
      let source = Self.source(text)
      do {
        _ = try source.image(settings: settings, variant: variant)
      } catch {
        if case .script(let diagnostics) = error, let d = diagnostics.first {
          let bytes = source.files[0].text
          func words(_ span: Span) -> String { String(decoding: bytes[Int(span.start)..<Int(span.end)], as: UTF8.self) }
          return (d.code, words(d.primary.span), [d.primary.text] + d.secondary.map { words($0.span) + ": " + $0.text })
        }
      }
      return ("", "", [])
    }
    let text = "param v = 4 + 0\nvariant \"few\" { v = 1 - 1 }\nlet w = v\nservice s { servers w; work 1ms }\n"
    #expect(place(text.replacing("4 + 0", with: "0")) == ("E0501", "0", ["", "w: used here"]))
    #expect(place(text, variant: "few") == ("E0501", "1 - 1", ["", "w: used here"]))
    #expect(
      place(text, settings: [("v", "0")])
        == ("E0501", "v", ["`v` is set to 0, as by `--set v=0`", "w: used here"]))
    #expect(
      place("param v = 3\nservice s { servers v - 5; work 1ms }\n") == ("E0501", "v - 5", ["", "3: `v` is 3"]))
  }
}
