import Foundation
import OutageEngine
import OutageExplorer
import OutageKit
import OutageSemantics
import OutageSyntax

/// A script of the library, and the size at which the tests run it.
struct Script: Sendable, CustomStringConvertible {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let folder = root.appending(path: "Scripts")
  static let corpus = root.appending(path: "Tests/Corpus/scripts")

  /// Relative to `Scripts`, without its ending: `queues/congestive-collapse`.
  var name: String
  var text: String
  /// `--set`s that make it small enough for every run of the tests.
  var settings: [(String, String)]
  /// When the runs that compare numbers of workers stop; nil: at the end.
  var comparedUntil: String?

  var description: String { name }

  /// All of them, those at the top of the folder first. What lies in a folder `lib` is for importing.
  static let all: [Script] = {
    let sizes = Table.rows(of: "sizes.txt")
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let names = files.filter { $0.hasSuffix(".outage") && !$0.contains("lib/") }.map { String($0.dropLast(7)) }
    let isDeep = { (name: String) in name.contains("/") ? 1 : 0 }
    return names.sorted { (isDeep($0), $0) < (isDeep($1), $1) }.map { name in
      let text = (try? String(contentsOf: folder.appending(path: name + ".outage"), encoding: .utf8)) ?? ""
      let size = sizes.first { $0[0] == name }
      return Script(
        name: name, text: text, settings: size.map { Table.settings($0[1]) } ?? [],
        comparedUntil: size.flatMap { $0.count > 2 && !$0[2].isEmpty ? $0[2] : nil })
    }
  }()

  static func named(_ name: String) -> Script? { all.first { $0.name == name } }

  var source: Source {
    let path = "Scripts/\(name).outage"
    return Source(name: path, text: Array(text.utf8)) { file, from in
      let beside = Self.root.appending(path: from).deletingLastPathComponent().appending(path: file)
      guard let data = try? Data(contentsOf: beside) else { return .failure(LoadError("no such file")) }
      return .success(LoadedFile(name: beside.path.replacing(Self.root.path + "/", with: ""), text: Array(data)))
    }
  }

  /// The comment at the head of the file, without its marks.
  var header: [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).drop { $0.hasPrefix("#!") }
      .prefix { $0.hasPrefix("#") }.map { String($0.drop { $0 == "#" || $0 == " " }) }
  }

  /// What follows the header, without comments.
  var code: String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).drop { $0.hasPrefix("#") }
    return lines.map { line in line.firstRange(of: /(^|\s)#/).map { line[..<$0.lowerBound] } ?? line }
      .joined(separator: "\n")
  }

  /// The first line of the header.
  var question: String { header.first ?? "" }

  /// nil stands for the script as written.
  var variants: [String?] { [nil] + (source.program?.variants.map(\.name) ?? []) }

  func run(variant: String? = nil, settings more: [(String, String)] = [], workers: Int = 1, until: String? = nil)
    throws
    -> RunResult
  {
    var options = RunOptions()
    options.variant = variant
    options.settings = settings + more
    options.workers = workers
    options.until = until
    return try source.run(options)
  }

  /// Its header invites to explore it.
  var isExplored: Bool { header.contains { $0.contains("outage explore Scripts/\(name).outage") } }

  func explore(variant: String? = nil, settings more: [(String, String)] = []) throws -> ExploreResult {
    var options = ExplorationOptions()
    options.variant = variant
    options.settings = more
    return try source.explore(options)
  }

  /// The command that repeats a run.
  func command(variant: String? = nil, settings more: [(String, String)] = []) -> String {
    let sets = (settings + more).map { " --set \($0.0)=\($0.1)" }.joined()
    return "outage run Scripts/\(name).outage" + (variant.map { " --variant \"\($0)\"" } ?? "") + sets
  }
}

/// Tables of the tests: a row a line, cells between `|`, `#` begins a comment.
enum Table {
  static func rows(of file: String) -> [[String]] {
    let text = (try? String(contentsOf: Script.corpus.appending(path: file), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
  }

  /// `leases=2000 hosts=4`
  static func settings(_ cell: String) -> [(String, String)] {
    cell.split(separator: " ").compactMap { pair in
      let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
      return sides.count == 2 ? (sides[0], sides[1]) : nil
    }
  }
}
