import Foundation
import OutageEngine
import OutageKit
import OutageReport
import Testing

/// The scripts under `Tests/Corpus/reports`, run once each, and the files beside them that say what is printed.
enum Corpus {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let folder = root.appending(path: "Tests/Corpus/reports")

  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return all.filter { $0.hasSuffix(".outage") }.map { $0.replacing(".outage", with: "") }.sorted()
  }()

  private static let results: [String: RunResult] = {
    var results: [String: RunResult] = [:]
    for name in names { results[name] = try? run(name, RunOptions()) }
    return results
  }()

  static func result(_ name: String) throws -> RunResult { try #require(results[name], "\(name) does not run") }

  static func run(_ name: String, _ options: RunOptions) throws -> RunResult {
    let text = try Data(contentsOf: folder.appending(path: name + ".outage"))
    let source = Source(name: name + ".outage", text: Array(text)) { _, _ in .failure(LoadError("no files here")) }
    return try source.run(options)
  }

  /// Compares with a file; a missing one is written, and fails.
  static func compare(_ text: String, with file: String, _ location: SourceLocation = #_sourceLocation) throws {
    let place = folder.appending(path: file)
    let isRecording = ProcessInfo.processInfo.environment["OUTAGE_RECORD"] != nil
    guard !isRecording, let golden = try? String(contentsOf: place, encoding: .utf8) else {
      try text.write(to: place, atomically: true, encoding: .utf8)
      Issue.record("\(file) was written: read it", sourceLocation: location)
      return
    }
    if text == golden { return }
    let (new, old) = (
      text.split(separator: "\n", omittingEmptySubsequences: false),
      golden.split(separator: "\n", omittingEmptySubsequences: false)
    )
    let k = zip(new, old).prefix { $0 == $1 }.count
    let (now, was) = (k < new.count ? new[k] : "the end", k < old.count ? old[k] : "the end")
    Issue.record(
      "\(file):\(k + 1) differs\n  was \(was)\n  is  \(now)\nOUTAGE_RECORD=1 writes it anew",
      sourceLocation: location)
  }
}
