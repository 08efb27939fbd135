import Foundation
import OutageSemantics
import OutageSyntax

/// Files and runs of the checker for the tests.
enum Workbench {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let corpus = root.appending(path: "Tests/Corpus/checking")

  static func files(in folder: URL, suffix: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasSuffix(suffix) }
      .sorted { $0.lastPathComponent < $1.lastPathComponent }
  }

  static func source(_ text: String, name: String = "example.outage") -> SourceFile {
    SourceFile(name: name, text: Array(text.utf8))
  }

  /// Files that examples may import.
  static let library: [String: String] = [
    "library.outage": "scenario \"a library\"\nclock 10:00 for 1h\nservice library { servers 2 }\n",
    "circle.outage": "import \"example.outage\"\n",
    "broken.outage": "param x = 5m + 3\n",
  ]

  static func load(_ path: String) -> Result<SourceFile, ImportError> {
    if path == "example.outage" { return .success(source("", name: path)) }
    guard let text = library[path] else { return .failure(ImportError("no such file")) }
    return .success(source(text, name: path))
  }

  /// Tables that examples may name.
  static let tables: [String: String] = [
    "times.csv": "0.1\n0.2\n0.5\n", "arrivals.csv": "0,10\n60,50\n", "words.csv": "",
    "work.csv": "route,latency_ms\nlist,12\n", "rates.csv": "t,rpm\n0,600\n60,3000\n", "requests.csv": "id,at\n1,0.5\n2,0.5\n",
  ]

  static func table(_ path: String) -> Result<SourceFile, SeriesError> {
    tables[path].map { .success(source($0, name: path)) } ?? .failure(SeriesError("no such file"))
  }

  /// Parses, expands imports and checks. What the checker says about a text that could not be read is not asked.
  static func check(_ file: SourceFile) -> (result: CheckResult, files: [SourceFile], all: [Diagnostic]) {
    var files = [file]
    let parsed = parse(file, index: 0)
    let (tree, importing) = expandImports(of: parsed.tree, file: 0, files: &files) { path, _ in load(path) }
    var tables = InputFiles()
    tables.read(tree.named, into: &files) { path, _ in table(path) }
    let result = OutageSemantics.check(tree, files: files, tables: tables)
    let reading = parsed.diagnostics + importing
    let isReadable = !reading.contains { $0.severity == .error }
    return (result, files, isReadable ? reading + result.diagnostics : reading)
  }

  static func check(_ text: String) -> (result: CheckResult, files: [SourceFile], all: [Diagnostic]) {
    check(source(text))
  }

  static func program(_ text: String) -> CheckedProgram? { check(text).result.program }
}
