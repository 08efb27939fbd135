public import OutageSemantics
public import OutageSyntax

/// A script with its imports, read and checked. The host gives the text of every file.
public struct Source: Sendable {
  public let files: [SourceFile]
  public let diagnostics: [Diagnostic]
  /// nil when a diagnostic is an error.
  public let program: CheckedProgram?
  /// The limit of bytes was passed.
  public let isTooLarge: Bool
  /// The host wanted no more of it.
  public var isInterrupted: Bool { program == nil && diagnostics.isEmpty }
  /// The items of all files, in place of the imports that name them.
  let tree: SourceTree
  let digested: SourceDigest
  private let leftovers: Leftovers?
  /// The tables that the script names.
  let tables: InputFiles

  /// Reads and checks a script.
  /// - Parameters:
  ///   - name: how diagnostics call it.
  ///   - text: its bytes, UTF-8 or not.
  ///   - limits: what the text may be at most.
  ///   - interruption: asked meanwhile whether the script is still wanted.
  ///   - identity: of this file among those that it names; nil: its name says it.
  ///   - given: gives the text of a file that the script names: its path as written, the name of the file that names
  ///     it; or the reason why it cannot be had.
  public init(
    name: String, text: [UInt8], limits: SourceLimits = SourceLimits(),
    interruption: Interruption = Interruption(), identity: String? = nil,
    load given: (_ path: String, _ from: String) -> Result<LoadedFile, LoadError>
  ) {
    if text.count > limits.bytes {
      // Only the name is kept: a text of this size is not worth a copy.
      files = [SourceFile(name: name, text: [])]
      diagnostics = [
        Diagnostic(
          code: "E0001", "the file is larger than \(limits.written)",
          at: Span(file: 0, start: 0, end: 0), help: "split it with `import`")
      ]
      program = nil
      isTooLarge = true
      leftovers = nil
      tree = SourceTree(items: [])
      digested = SourceDigest(files)
      tables = InputFiles()
      return
    }
    var left = limits.bytes - text.count
    var isTooLarge = false
    func load(_ path: String, _ from: String) -> Result<LoadedFile, LoadError> {
      let result = given(path, from)
      if case .success(let file) = result {
        left -= file.text.count
        if left < 0 {
          isTooLarge = true
          return .failure(LoadError("the files are larger than \(limits.written) together"))
        }
      }
      return result
    }
    var files = [SourceFile(name: name, text: text, identity: identity)]
    let parsed = parse(files[0], index: 0, nesting: limits.nesting, interruption)
    let (tree, problems) = expandImports(
      of: parsed.tree, file: 0, files: &files, nesting: limits.nesting, interruption
    ) { path, from in
      switch load(path, from) {
      case .success(let file): .success(file.source)
      case .failure(let error): .failure(ImportError(error.reason))
      }
    }
    // Tables are read before the checker asks, so that `load` need not outlive this call.
    var tables = InputFiles()
    let names = files.map(\.name)
    tables.read(tree.named, into: &files) { path, from in
      load(path, names.indices.contains(Int(from)) ? names[Int(from)] : name)
        .map(\.source).mapError { SeriesError($0.reason) }
    }
    let reading = parsed.diagnostics + problems
    // Here, where the host may end it: those who ask for it later may have no time.
    digested = interruption.isStopped ? SourceDigest() : SourceDigest(files, interruption)
    // What was read in vain goes with the script: to let go of it now would take too long.
    self.tree = interruption.isStopped ? parsed.tree : tree
    self.tables = tables
    self.files = files
    self.isTooLarge = isTooLarge
    // What could not be read leaves holes that the checker would report again.
    if interruption.isStopped || reading.contains(where: { $0.severity == .error }) {
      diagnostics = interruption.isStopped ? [] : reading
      program = nil
      leftovers = nil
      return
    }
    let result = check(tree, files: files, tables: tables, interruption)
    leftovers = result.leftovers
    program = interruption.isStopped ? nil : result.program
    diagnostics = interruption.isStopped ? [] : merged(reading, result.diagnostics)
  }

  /// Digest of what the sources say, without comments and layout; empty where they were not read to their end.
  public var digest: String { isInterrupted ? "" : digested.text }
}

/// What a script may be at most.
public struct SourceLimits: Sendable {
  /// Bytes of the script and what it loads together.
  public var bytes: Int
  /// Levels of blocks and expressions; never more than `Limits.nesting`.
  public var nesting: Int
  public init(bytes: Int = Limits.sourceBytes, nesting: Int = Limits.nesting) {
    self.bytes = bytes
    self.nesting = nesting
  }

  var written: String { bytes >= 1 << 20 && bytes % (1 << 20) == 0 ? "\(bytes >> 20) MiB" : "\(bytes) bytes" }
}

public struct LoadedFile: Sendable {
  /// The name by which people know it. Names that differ in `.`, `..` and doubled slashes alone are one.
  public var name: String
  public var text: [UInt8]
  /// The same for all names of one file, where the host knows it: links are followed by nobody else. nil: the name tells.
  public var identity: String?
  public init(name: String, text: [UInt8], identity: String? = nil) {
    self.name = name
    self.text = text
    self.identity = identity
  }

  var source: SourceFile { SourceFile(name: name, text: text, identity: identity) }
}

public struct LoadError: Error, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}

private func merged(_ a: [Diagnostic], _ b: [Diagnostic]) -> [Diagnostic] {
  (a + b).enumerated().sorted {
    ($0.element.primary.span.file, $0.element.primary.span.start, $0.offset)
      < ($1.element.primary.span.file, $1.element.primary.span.start, $1.offset)
  }.map(\.element)
}
