import Foundation
import OutageEngine
import OutageKit
import OutageModel
import OutageSyntax
import Testing

/// Every code has a page; its first example gives exactly that code, in the checker or in a run, its second one nothing.
@Suite struct ErrorPageTests {
  /// Faults of bytes, sizes and limits that no page can show, and those of a prompt, whose pages show sessions.
  static let withoutExample: Set<String> = [
    "E0001", "E0002", "E0003", "E0206", "E0621", "E0622", "E0623", "E0624", "E0625", "E0631", "E0799",
  ]
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let folder = root.appending(path: "docs/errors")
  static let pages: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".md") && $0 != "README.md" }.map { String($0.dropLast(3)) }.sorted()

  /// Files that examples may name.
  static let library = [
    "library.outage": "scenario \"a library\"\nclock 10:00 for 1h\nservice library { servers 2 }\n",
    "circle.outage": "import \"example.outage\"\n", "broken.outage": "param x = 5m + 3\n",
    "times.csv": "0.1\n0.2\n0.5\n", "arrivals.csv": "0,10\n60,50\n", "words.csv": "",
    "steps.csv": "t,steps\n0,3\n", "late.csv": "7200\n",
  ]

  /// What a program may give for `extern fn`.
  static let host = [
    HostFunction("capacity", [.count], .number) { values in
      guard case .count(let servers) = values[0], servers >= 0 else { throw HostError("no such number of servers") }
      return .number(Double(servers) * 0.8)
    }
  ]

  /// Codes that stand in the sources as literals.
  static func usedCodes() throws -> Set<String> {
    let sources = root.appending(path: "Sources")
    var codes: Set<String> = []
    let all = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
    while let file = all?.nextObject() as? URL {
      guard file.pathExtension == "swift" else { continue }
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: /"([EW]0\d\d\d)"/) { codes.insert(String(match.1)) }
    }
    return codes
  }

  /// Codes that a text gives when it is checked, compiled and run.
  static func codes(_ text: String, isAboutIdle: Bool = false) -> Set<String> {
    let source = Source(name: "example.outage", text: Array(text.utf8)) { path, _ in
      if path == "example.outage" { return .success(LoadedFile(name: path, text: Array(text.utf8))) }
      guard let file = library[path] else { return .failure(LoadError("no such file")) }
      return .success(LoadedFile(name: path, text: Array(file.utf8)))
    }
    guard source.diagnostics.isEmpty else { return Set(source.diagnostics.map(\.code)) }
    do throws(RunProblem) {
      var options = RunOptions()
      options.host = host
      if case .failed(let failure) = try source.run(options).end { return [failure.code] }
      let idle = isAboutIdle ? source.idleWarnings() : []
      let warnings = Set((idle + islandWarnings(try source.image(host: host))).map(\.code))
      return text.contains("explore {") ? warnings.union(exploring(source)) : warnings
    } catch .script(let diagnostics) {
      return Set(diagnostics.map(\.code))
    } catch {
      return ["\(error)"]
    }
  }

  /// Codes with which a search is refused.
  static func exploring(_ source: Source) -> Set<String> {
    do throws(RunProblem) {
      _ = try source.explore(ExplorationOptions())
      return []
    } catch .script(let diagnostics) {
      return Set(diagnostics.map(\.code))
    } catch {
      return ["\(error)"]
    }
  }

  @Test func everyCodeHasAPageAndEveryPageACode() throws {
    let used = try Self.usedCodes()
    #expect(used.count > 50)
    #expect(used.subtracting(Self.pages).sorted() == [], "without a page")
    #expect(Set(Self.pages).subtracting(used).sorted() == [], "without a use")
  }

  @Test(arguments: pages) func examplesBehaveAsThePageSays(_ code: String) throws {
    let text = try String(contentsOf: Self.folder.appending(path: "\(code).md"), encoding: .utf8)
    #expect(text.hasPrefix("# \(code): "))
    let examples = text.matches(of: /```outage\n([\s\S]*?)```/).map { String($0.1) }
    guard examples.count == 2 else {
      #expect(examples.isEmpty && Self.withoutExample.contains(code), "two examples")
      return
    }
    // Examples of other mistakes have services that nobody calls.
    let isAboutIdle = ["W0506", "W0507"].contains(code)
    #expect(Self.codes(examples[0], isAboutIdle: isAboutIdle) == [code])
    #expect(Self.codes(examples[1], isAboutIdle: isAboutIdle) == [])
  }
}
