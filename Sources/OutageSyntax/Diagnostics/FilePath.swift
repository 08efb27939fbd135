/// Paths as texts: the libraries open no files.
public enum FilePath {
  /// Without `.` and doubled slashes, and with `..` taken back where a folder stands before it, so that two spellings of one
  /// path are one.
  public static func normalised(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// Why no file can have this path, as a phrase for people.
  public static func fault(_ path: String) -> String? {
    if path.isEmpty { return "it has no name" }
    return path.utf8.contains(0) ? "a path holds no NUL" : nil
  }
}
