import OutageSyntax

extension Unicode.Scalar {
  /// Columns that a terminal gives it.
  var columns: Int { isASCII ? 1 : SourceLines.width(self) }
}

extension String {
  /// Columns that a terminal gives it.
  package var columns: Int {
    if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
    return unicodeScalars.reduce(0) { $0 + $1.columns }
  }

  /// Text of a script as it can be shown: control characters cannot reach the terminal.
  package var harmless: String { SourceLines.harmless(self) }

  /// The text in at most so many columns, its middle left out.
  package func shortened(to limit: Int) -> String {
    if columns <= limit || limit < 2 { return self }
    let tail = (limit - 1) / 2
    return String(prefix(columns: limit - 1 - tail)) + "…" + String(suffix(columns: tail))
  }

  private func prefix(columns limit: Int) -> Substring.UnicodeScalarView {
    var width = 0
    return Substring(self).unicodeScalars.prefix {
      width += $0.columns
      return width <= limit
    }
  }

  private func suffix(columns limit: Int) -> Substring.UnicodeScalarView {
    var width = 0
    var start = unicodeScalars.endIndex
    while start > unicodeScalars.startIndex {
      let before = unicodeScalars.index(before: start)
      width += unicodeScalars[before].columns
      if width > limit { break }
      start = before
    }
    return Substring(self).unicodeScalars[start...]
  }

  /// The text in lines of at most `width` columns, broken at blanks where that is possible.
  package func wrapped(to width: Int) -> [String] {
    let width = max(4, width)
    if columns <= width { return [self] }
    var lines: [String] = []
    var (line, used) = ("", 0)
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      var rest = word.unicodeScalars
      var left = String(word).columns
      if !line.isEmpty {
        if used + 1 + left <= width {
          line += " " + word
          used += 1 + left
          continue
        }
        lines.append(line)
      }
      while left > width {
        var taken = 0
        let head = rest.prefix {
          taken += $0.columns
          return taken <= width
        }
        lines.append(String(head))
        left -= String(head).columns
        rest = rest[head.endIndex...]
      }
      (line, used) = (String(rest), left)
    }
    lines.append(line)
    return lines
  }
}
