import Foundation
import OutageEngine
import OutageExplorer
import OutageKit

/// A script of `Tests/Corpus/truth`: a result that somebody else published, and what the program must say of it. Its header:
///
///     # What it is, in a sentence.
///     # Source: who published it, and where
///     # Published: what the source says
///     # Script: a script of the repository, where it is not this file
///     # Ours: run NAME = VALUE            a measure at the end of the run of seed 1, exactly
///     # Ours: run "PROPERTY" = VERDICT
///     # Ours: mean NAME = VALUE over N    the mean of a measure over seeds 1 to N, within three standard errors
///     # Ours: explore states = N          of a search to its end; also `depth`
///     # Ours: explore "PROPERTY" = VERDICT [in N]     and the length of the shortest counterexample
///
/// Each check may end in `with a=1 b=2`: values of parameters.
struct TruthCase: Sendable, CustomStringConvertible {
  static let folder = Script.root.appending(path: "Tests/Corpus/truth")

  struct Check: Sendable {
    enum Reading: String, Sendable { case run, mean, explore }
    var reading: Reading
    /// A measure, a property in quotes, `states` or `depth`.
    var name: String
    var expected: String
    /// Seeds, of a mean.
    var seeds = 1
    var settings: [(String, String)] = []
    /// As the header writes it.
    var text: String
  }

  var name: String
  var title: String
  var source = ""
  var published = ""
  var checks: [Check] = []
  /// Relative to the root of the repository.
  var script: String
  var unreadable: [String] = []

  var description: String { name }

  static let all: [TruthCase] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".outage") }.sorted().compactMap(TruthCase.init)
  }()

  init?(_ file: String) {
    guard let text = try? String(contentsOf: Self.folder.appending(path: file), encoding: .utf8) else { return nil }
    let header = text.split(separator: "\n").prefix { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
    name = String(file.dropLast(7))
    title = header.first ?? ""
    script = "Tests/Corpus/truth/\(file)"
    for line in header.dropFirst() {
      guard let colon = line.firstRange(of: ": ") else {
        unreadable.append(line)
        continue
      }
      let rest = String(line[colon.upperBound...])
      switch line[..<colon.lowerBound] {
      case "Source": source = rest
      case "Published": published = rest
      case "Script": script = rest
      case "Ours": if let check = Check(rest) { checks.append(check) } else { unreadable.append(line) }
      case let other: unreadable.append("unknown word '\(other)'")
      }
    }
  }

  /// What all checks gave, by case, or why one could not be made; made once for all tests.
  static let outcomes: [String: Result<[TruthOutcome], any Error>] = Dictionary(
    uniqueKeysWithValues: all.map { truth in (truth.name, Result { try truth.checks.map(truth.outcome) }) })

  func outcomes() throws -> [TruthOutcome] { try Self.outcomes[name]?.get() ?? [] }

  private func outcome(_ check: Check) throws -> TruthOutcome {
    let text = try Data(contentsOf: Script.root.appending(path: script))
    let source = Source(name: script, text: Array(text)) { _, _ in .failure(LoadError("no such file")) }
    switch check.reading {
    case .run: return check.compare(try figure(check, of: source, seed: 1))
    case .mean:
      let values = try (1...check.seeds).map { try number(check, of: source, seed: UInt64($0)) }
      return check.compare(mean: values)
    case .explore: return check.compare(try searched(check, source))
    }
  }

  private func result(_ check: Check, of source: Source, seed: UInt64) throws -> RunResult {
    var options = RunOptions()
    options.seed = seed
    options.settings = check.settings
    return try source.run(options)
  }

  private func number(_ check: Check, of source: Source, seed: UInt64) throws -> Double {
    let result = try result(check, of: source, seed: seed)
    guard let measure = result.measures.first(where: { $0.name == check.name }) else {
      throw Missing(what: "measure \(check.name)")
    }
    return measure.last
  }

  private func figure(_ check: Check, of source: Source, seed: UInt64) throws -> String {
    guard check.name.hasPrefix("\"") else { return "\(try number(check, of: source, seed: seed))" }
    let result = try result(check, of: source, seed: seed)
    guard let property = result.properties.first(where: { "\"\($0.text)\"" == check.name }) else {
      throw Missing(what: "property \(check.name)")
    }
    return property.verdict.rawValue
  }

  private func searched(_ check: Check, _ source: Source) throws -> String {
    var options = ExplorationOptions()
    options.settings = check.settings
    options.search.countsAll = true
    let result = try source.explore(options)
    switch check.name {
    case "states": return "\(result.states)"
    case "depth": return "\(result.depth)"
    default:
      guard let property = result.properties.first(where: { "\"\($0.text)\"" == check.name }) else {
        throw Missing(what: "property \(check.name)")
      }
      let steps = check.expected.contains(" in ") ? property.trace.map { " in \($0.steps.count)" } ?? "" : ""
      return property.verdict.rawValue + steps
    }
  }

  struct Missing: Error, CustomStringConvertible {
    var what: String
    var description: String { "there is no \(what)" }
  }
}

/// What a check gave, as the page shows it.
struct TruthOutcome: Sendable {
  var isRight: Bool
  var shown: String
}

extension TruthCase.Check {
  init?(_ text: String) {
    var words = text.split(separator: " ").map(String.init)
    if let with = words.firstIndex(of: "with") {
      settings = words[(with + 1)...].compactMap { word in
        let sides = word.split(separator: "=", maxSplits: 1).map(String.init)
        return sides.count == 2 ? (sides[0], sides[1]) : nil
      }
      words.removeSubrange(with...)
    }
    guard let first = words.first, let reading = Reading(rawValue: first) else { return nil }
    if reading == .mean {
      guard let over = words.firstIndex(of: "over"), over == words.count - 2, let seeds = Int(words[over + 1]),
        seeds > 1
      else { return nil }
      self.seeds = seeds
      words.removeSubrange(over...)
    }
    guard let equals = words.lastIndex(of: "="), equals > 1, equals < words.count - 1 else { return nil }
    self.reading = reading
    self.text = text
    name = words[1..<equals].joined(separator: " ")
    expected = words[(equals + 1)...].joined(separator: " ")
  }

  func compare(_ value: String) -> TruthOutcome {
    if let got = Double(value), let wanted = Double(expected) {
      return TruthOutcome(
        isRight: abs(got - wanted) <= 1e-9 * max(1, abs(wanted)), shown: "\(label) = \(Self.short(got)), exactly")
    }
    return TruthOutcome(isRight: value == expected, shown: "\(label): \(value)")
  }

  /// Within three standard errors of the mean, where the error is at most a twentieth: a wide one would prove nothing.
  func compare(mean values: [Double]) -> TruthOutcome {
    guard let wanted = Double(expected) else { return TruthOutcome(isRight: false, shown: "\(text): not a number") }
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1) / n).squareRoot()
    let isRight = abs(mean - wanted) <= 3 * error + 1e-6 * abs(wanted) && error <= 0.05 * abs(wanted)
    let off = String(format: "%+.2f", 100 * (mean - wanted) / wanted)
    return TruthOutcome(
      isRight: isRight,
      shown: "\(label) = \(Self.short(mean)) ± \(String(format: "%.2g", error)), \(off) % off, \(values.count) seeds")
  }

  private var label: String {
    settings.isEmpty ? name : name + " with " + settings.map { "\($0.0)=\($0.1)" }.joined(separator: " ")
  }

  private static func short(_ x: Double) -> String {
    x == x.rounded() && abs(x) < 1e15 ? "\(Int64(x))" : String(format: "%.6g", x)
  }
}
