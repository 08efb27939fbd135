import Foundation
import OutageEngine
import OutageExplorer
import OutageKit

/// Words of a header that tell a number, and what accounts for them: a row of `Tests/Corpus/scripts/headers.txt`.
struct HeaderFigure: Sendable, CustomStringConvertible {
  enum Account: Sendable {
    /// No run gives it: a date, what others published, a sum that the header explains.
    case said(String)
    /// It is set so: texts of the script's code.
    case set([String])
    /// What a run or a search gives, to its last digit.
    case measured(HeaderRun, figure: String, value: String)
  }

  var script: String
  /// As the header writes it: `1,443 requests fail`.
  var phrase: String
  var account: Account

  var description: String { "\(script): “\(phrase)”" }

  static let file = "headers.txt"

  static let all: [HeaderFigure] = Table.rows(of: file).compactMap(HeaderFigure.init)

  init?(_ cells: [String]) {
    guard cells.count >= 4, !cells[1].isEmpty else { return nil }
    (script, phrase) = (cells[0], cells[1])
    if cells.count == 4, cells[2] == "said", !cells[3].isEmpty {
      account = .said(cells[3])
    } else if cells.count == 4, cells[2] == "set" {
      account = .set(cells[3].split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) })
    } else if cells.count == 5 {
      account = .measured(HeaderRun(cells[0], cells[2], cells[3]), figure: cells[3], value: cells[4])
    } else {
      return nil
    }
  }
}

/// A run or a search that headers speak of; each is made once for all of its figures.
struct HeaderRun: Hashable, Sendable {
  enum Kind: Sendable { case run, search, wholeSearch, countOfPaths }
  var script: String
  var variant: String?
  /// `leases=2000 hosts=4`
  var settings: String
  var kind: Kind

  /// - Parameter settings: settings, or the name of a variant in quotes; settings may follow it.
  init(_ script: String, _ settings: String, _ figure: String) {
    self.script = script
    let parts = settings.split(separator: "\"", maxSplits: 1, omittingEmptySubsequences: false)
    if settings.hasPrefix("\""), let end = parts[1].firstIndex(of: "\"") {
      variant = String(parts[1][..<end])
      self.settings = parts[1][parts[1].index(after: end)...].trimmingCharacters(in: .whitespaces)
    } else {
      self.settings = settings
    }
    switch figure.split(separator: " ").first {
    case "steps": kind = .search
    case "states": kind = .wholeSearch
    case "paths": kind = .countOfPaths
    default: kind = .run
    }
  }

  enum Outcome: Sendable {
    case run(RunResult)
    case search(ExploreResult)
    case failed(String)

    func text(_ figure: String) -> String? {
      switch self {
      case .run(let result): Figure(figure, of: result)?.text
      case .search(let result): Figure(figure, of: result)?.text
      case .failed(let reason): reason
      }
    }
  }

  /// Those that the table of the library has already are taken from there; the others are made side by side.
  static let outcomes: [HeaderRun: Outcome] = {
    let wanted = Set(
      HeaderFigure.all.compactMap { row -> HeaderRun? in
        if case .measured(let run, _, _) = row.account { run } else { nil }
      })
    let runs = wanted.sorted { "\($0)" < "\($1)" }
    _ = ScriptRun.all
    return Dictionary(uniqueKeysWithValues: zip(runs, eachAtOnce(runs) { $0.outcome() }))
  }()

  private func outcome() -> Outcome {
    guard let script = Script.named(script) else { return .failed("there is no script \(script)") }
    let pairs = Table.settings(settings)
    let known = pairs.isEmpty ? ScriptRun.of(script).first { $0.variant == variant } : nil
    do {
      if kind == .run { return .run(try known?.result ?? script.run(variant: variant, settings: pairs)) }
      if let explored = known?.explored, kind == .search || kind == .wholeSearch && explored.isComplete {
        return .search(explored)
      }
      var options = ExplorationOptions()
      options.variant = variant
      options.settings = pairs
      options.search.countsAll = kind == .wholeSearch
      options.search.countsPaths = kind == .countOfPaths
      return .search(try script.source.explore(options))
    } catch {
      return .failed("\(error)")
    }
  }

  /// The command that shows it.
  var command: String {
    guard let script = Script.named(script) else { return "there is no script \(self.script)" }
    let command = script.command(variant: variant, settings: Table.settings(settings))
    let explore = command.replacing("outage run", with: "outage explore")
    switch kind {
    case .run: return command
    case .search: return explore
    case .wholeSearch: return explore + " --all"
    case .countOfPaths: return explore + " --count-paths"
    }
  }
}

extension Figure {
  /// - Parameter name: `states`; `steps` and the text of a property in quotes; `paths`, alone or with a property.
  init?(_ name: String, of result: ExploreResult) {
    let words = name.split(separator: " ", maxSplits: 1).map(String.init)
    let property = words.count == 2 ? result.properties.firstIndex { "\"\($0.text)\"" == words[1] } : nil
    switch words[0] {
    case "states" where words.count == 1 && result.isComplete: text = "\(result.states)"
    case "steps":
      guard let property, let trace = result.properties[property].trace else { return nil }
      text = "\(trace.steps.count)"
    case "paths":
      guard let paths = result.paths else { return nil }
      if words.count == 1 { text = "\(paths.all)"; return }
      guard let property, let met = paths.met.first(where: { $0.property == property }) else { return nil }
      text = "\(met.count)"
    default: return nil
    }
  }
}
