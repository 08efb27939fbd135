import Foundation
import OutageSyntax
import Testing


/// The `.outage` files under `Tests/Corpus` and `Scripts`.
struct CorpusFile: Sendable, CustomTestStringConvertible {
  var path: String
  var text: String

  var testDescription: String { path }
  var source: SourceFile { SourceFile(name: path, text: Array(text.utf8)) }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// All files of a folder and its folders, in the order of their paths.
  static func all(in folder: String, ending: String = ".outage") -> [CorpusFile] {
    let start = root.appending(path: folder)
    guard let walk = FileManager.default.enumerator(atPath: start.path) else { return [] }
    let names = walk.compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.sorted()
    return names.map { name in
      let bytes = (try? Data(contentsOf: start.appending(path: name))) ?? Data()
      return CorpusFile(path: folder + "/" + name, text: String(decoding: bytes, as: UTF8.self))
    }
  }
}
