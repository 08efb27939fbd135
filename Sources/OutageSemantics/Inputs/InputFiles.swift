public import OutageSyntax

/// The tables that a script names, and where their texts are: the host has read them before the checker asks.
public struct InputFiles: Sendable {
  /// One name in one script.
  private struct Key: Hashable, Sendable {
    var path: String
    var file: Int32
  }
  private var found: [Key: Result<Int32, SeriesError>] = [:]
  /// Indices of the tables among the files, by what the host takes for one.
  private var indices: [String: Int32] = [:]

  public init() {}

  /// Where the text of a table is among the files.
  func index(of path: String, in file: Int32) -> Result<Int32, SeriesError> {
    found[Key(path: path, file: file)] ?? .failure(SeriesError("it was not read"))
  }

  /// Reads what a tree names. Their texts join `files`.
  public mutating func read(
    _ named: [NamedFile], into files: inout [SourceFile],
    load: (_ path: String, _ from: Int32) -> Result<SourceFile, SeriesError>
  ) {
    for name in named {
      let key = Key(path: name.path, file: name.span.file)
      if found[key] != nil { continue }
      if let fault = FilePath.fault(name.path) {
        found[key] = .failure(SeriesError(fault))
        continue
      }
      switch load(name.path, name.span.file) {
      case .success(let file): found[key] = join(file, &files)
      case .failure(let error): found[key] = .failure(error)
      }
    }
  }

  private mutating func join(_ file: SourceFile, _ files: inout [SourceFile]) -> Result<Int32, SeriesError> {
    guard let text = decodedTable(file.text) else { return .failure(SeriesError("it is broken UTF-16")) }
    if let known = indices[file.identity], files[Int(known)].text == text { return .success(known) }
    var table = file
    table.text = text
    table.isTable = true
    let index = Int32(files.count)
    files.append(table)
    indices[file.identity] = index
    return .success(index)
  }
}
