import Foundation
import OutageExplorer
import OutageKit
import OutageSyntax
import Testing

/// Scripts of the library, and scripts written in a test, explored.
enum Exploration {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: "Scripts").appending(path: path)), as: UTF8.self)
  }

  static func source(_ path: String) throws -> Source { source(text: try text(path), name: path) }

  static func source(text: String, name: String = "test.outage") -> Source {
    Source(name: name, text: Array(text.utf8)) { path, _ in
      guard let text = try? Self.text(path) else { return .failure(LoadError("there is no such file")) }
      return .success(LoadedFile(name: path, text: Array(text.utf8)))
    }
  }

  /// - Parameter settings: `name=value`, separated by spaces.
  static func explore(
    _ path: String, _ settings: String = "", _ change: (inout ExplorationOptions) -> Void = { _ in }
  ) throws -> ExploreResult {
    try explore(source(path), settings, change)
  }

  static func explore(text: String, _ change: (inout ExplorationOptions) -> Void = { _ in }) throws -> ExploreResult {
    let source = source(text: text)
    let renderer = DiagnosticRenderer(files: source.files, color: false)
    try #require(source.program != nil, "\(source.diagnostics.map(renderer.render).joined())")
    return try explore(source, "", change)
  }

  static func explore(
    _ source: Source, _ settings: String, _ change: (inout ExplorationOptions) -> Void = { _ in }
  ) throws -> ExploreResult {
    var options = ExplorationOptions()
    options.settings = pairs(settings)
    change(&options)
    return try source.explore(options)
  }

  static func pairs(_ settings: String) -> [(String, String)] {
    settings.split(separator: " ").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1)
      return (String(parts[0]), String(parts[1]))
    }
  }
}

extension ExploreResult {
  /// Steps of the shortest counterexample, or nil.
  var shortest: Int? { properties.compactMap { $0.verdict == .violated ? $0.trace?.steps.count : nil }.min() }
}
