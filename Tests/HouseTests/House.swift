import Foundation

/// The repository, for tests that read it.
enum House {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// Paths from the root, sorted.
  static func files(under folder: String, suffix: String) throws -> [String] {
    let all = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
    var found: [String] = []
    while let path = all?.nextObject() as? String {
      if path.hasSuffix(suffix), !path.contains(".build") { found.append("\(folder)/\(path)") }
    }
    return found.sorted()
  }
}
