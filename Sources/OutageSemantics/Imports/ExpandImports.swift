// `import "lib/dwfm.outage"`: the items of that file take the place of the line. The host reads files; which
// path is meant from where is its business. Two files are one when the host gives them one name.

public import OutageSyntax

/// Why a file could not be had, as a phrase for people.
public struct ImportError: Error, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}

/// Replaces `import` items by the items of the files, each file once. Loaded files are appended to `files`.
/// An imported file's own `scenario` and `clock` are left out: it is a library here.
public func expandImports(
  of tree: SourceTree, file: Int32, files: inout [SourceFile], nesting: Int = Limits.nesting,
  _ interruption: Interruption = Interruption(),
  load: (_ path: String, _ importer: String) -> Result<SourceFile, ImportError>
) -> (SourceTree, [Diagnostic]) {
  var expansion = ImportExpansion(files: files, nesting: nesting, interruption)
  if files.indices.contains(Int(file)) { expansion.open = [files[Int(file)]] }
  let items = expansion.expand(tree.items, of: file, load: load)
  files = expansion.files
  return (SourceTree(items: items, named: tree.named + expansion.named), expansion.diagnostics)
}

private struct ImportExpansion {
  typealias Load = (String, String) -> Result<SourceFile, ImportError>

  /// Files that import files, one inside the other.
  static let depthLimit = 50
  static let fileLimit = 1000

  var files: [SourceFile]
  var diagnostics: [Diagnostic] = []
  /// The tables that imported files name.
  var named: [NamedFile] = []
  /// Identities of files whose items are in.
  var done: Set<String> = []
  /// Files that are being expanded, outermost first.
  var open: [SourceFile] = []

  let nesting: Int
  let interruption: Interruption

  init(files: [SourceFile], nesting: Int, _ interruption: Interruption) {
    self.files = files
    self.nesting = nesting
    self.interruption = interruption
  }

  mutating func expand(_ items: [Item], of file: Int32, load: Load) -> [Item] {
    var expanded: [Item] = []
    for item in items {
      if interruption.looks() { break }
      if case .import(let path, let span) = item.kind {
        expanded += imported(path, span, by: file, load: load)
      } else {
        expanded.append(item)
      }
    }
    return expanded
  }

  private mutating func imported(_ path: String, _ span: Span, by file: Int32, load: Load) -> [Item] {
    let source: SourceFile
    if let fault = FilePath.fault(path) {
      report("E0020", "\"\(path)\" cannot be imported: \(fault)", span)
      return []
    }
    switch load(path, files.indices.contains(Int(file)) ? files[Int(file)].name : "") {
    case .success(let loaded): source = loaded
    case .failure(let error):
      report("E0020", "\"\(path)\" cannot be imported: \(error.reason)", span)
      return []
    }
    let identity = source.identity
    if open.contains(where: { $0.identity == identity }) {
      report("E0021", "files may not import each other in a circle", span, help: (open + [source]).map(\.name).path)
      return []
    }
    guard done.insert(identity).inserted else { return [] }
    if open.count > Self.depthLimit || done.count > Self.fileLimit {
      report("E0021", "imports may not nest deeper than \(Self.depthLimit) files", span)
      return []
    }
    return items(of: source, load: load)
  }

  private mutating func items(of source: SourceFile, load: Load) -> [Item] {
    let index = Int32(files.count)
    files.append(source)
    let result = parse(source, index: index, nesting: nesting, interruption)
    diagnostics += result.diagnostics
    named += result.tree.named
    open.append(source)
    defer { open.removeLast() }
    return expand(result.tree.items.filter(\.isShared), of: index, load: load)
  }

  private mutating func report(_ code: String, _ message: String, _ span: Span, help: String? = nil) {
    diagnostics.append(Diagnostic(code: code, message, at: span, help: help))
  }
}

extension [String] {
  fileprivate var path: String { joined(separator: " → ") }
}

extension Item {
  /// A library brings no scenario and no clock of its own.
  fileprivate var isShared: Bool {
    switch kind {
    case .scenario, .clock: false
    default: true
    }
  }
}
