import Foundation
import OutageEngine
import OutageKit
import OutageSyntax

/// Scripts and their runs for the tests.
enum Bench {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let corpus = root.appending(path: "Tests/Corpus")

  /// `make soak`: full sizes and many seeds.
  static let isSoak = ProcessInfo.processInfo.environment["OUTAGE_SOAK"] != nil

  /// Processor time of the calling thread.
  static func threadTime() -> Duration {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return .seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
  }

  struct Unreadable: Error, CustomStringConvertible { var description: String }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: corpus.appending(path: path), encoding: .utf8)
  }

  /// Every script below a folder of the repository, by its path there.
  static func scripts(_ folder: String) -> [String] {
    let base = root.appending(path: folder)
    guard let all = FileManager.default.enumerator(atPath: base.path) else { return [] }
    return all.compactMap { $0 as? String }.filter { $0.hasSuffix(".outage") }.sorted().map { "\(folder)/\($0)" }
  }

  static func source(_ text: String, name: String = "script.outage") throws -> Source {
    let source = Source(name: name, text: Array(text.utf8)) { path, from in
      let there = URL(filePath: from, relativeTo: root).deletingLastPathComponent().appending(path: path)
      guard let text = try? Data(contentsOf: there) else { return .failure(LoadError("no such file")) }
      return .success(LoadedFile(name: there.relativePath, text: Array(text)))
    }
    if source.program == nil { throw Unreadable(description: words(source.diagnostics)) }
    return source
  }

  static func words(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { "\($0.code): \($0.message) at \($0.primary.span.start)" }.joined(separator: "\n")
  }

  static func run(
    _ text: String, _ settings: KeyValuePairs<String, String> = [:], seed: UInt64 = 1, workers: Int = 1,
    until: String? = nil, change: (inout RunOptions) -> Void = { _ in }
  ) throws -> RunResult {
    var options = RunOptions()
    options.settings = settings.map { ($0.key, $0.value) }
    options.seed = seed
    options.workers = workers
    options.until = until
    change(&options)
    do { return try source(text).run(options) } catch let problem as RunProblem {
      switch problem {
      case .usage(let usage): throw Unreadable(description: usage.message)
      case .script(let diagnostics): throw Unreadable(description: words(diagnostics))
      default: throw Unreadable(description: "\(problem)")
      }
    }
  }
}

extension RunResult {
  func load(_ name: String) -> ResponseTimes { responses.first { $0.name == name && $0.kind == .load }! }
  func service(_ name: String) -> ResponseTimes { responses.first { $0.name == name && $0.kind == .service }! }
  func measure(_ name: String) -> MeasureResult { measures.first { $0.name == name }! }
  func property(_ text: String) -> PropertyResult { properties.first { $0.text == text }! }
  func plot(_ title: String) -> Series { series.first { $0.title == title }! }
  var logs: [String] { story.filter { $0.kind == .log }.map(\.text) }
}

extension Series {
  /// The value at a tick, in seconds since the start.
  func at(_ second: Int) -> Double {
    let time = Int64(second) * 1_000_000_000
    return values[times.firstIndex(of: time)!]
  }

  /// The first tick at which the value is at least this, in seconds.
  func firstAt(least value: Double) -> Int? {
    values.firstIndex { $0 >= value }.map { Int(times[$0] / 1_000_000_000) }
  }
}
