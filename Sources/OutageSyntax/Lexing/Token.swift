/// A word, number, text piece or mark of the source. Plain data: the spelling stays in the source.
package struct Token: Sendable {
  package enum Kind: UInt8, Sendable {
    case end
    /// A character that no token begins with; already reported.
    case unreadable
    /// A name or a keyword.
    case word
    // Literals; `bits` holds the value.
    case count, number, share, duration, rate, clock, date
    /// `"`, then pieces and `{ … }` parts, then `"` (empty where a text was never closed).
    case textStart, textPiece, partStart, partEnd, textEnd
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
    case comma, semicolon, colon, dot, range, bar
    case assign, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case plus, minus, star, slash
  }

  package var kind: Kind
  var keyword: Keyword?
  /// A line ends between the token before and this one.
  var newlineBefore = false
  /// Anything, be it a space, stands between the token before and this one.
  var spaceBefore = false
  var start: Int32
  var end: Int32
  /// The value of a literal: an Int64 or the bit pattern of a Double. A date is `year << 16 | month << 8 |
  /// day`.
  var bits: Int64 = 0
}

extension Token {
  /// An operand follows, be it on the next line.
  var goesOn: Bool {
    switch kind {
    case .comma, .assign, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .plus, .minus,
      .star, .slash, .range, .bar:
      return true
    case .word:
      switch keyword {
      case .and, .or, .not, .in, .div, .mod: return true
      default: return false
      }
    default: return false
    }
  }
}

/// A `#` comment, or the `#!` line.
struct Comment: Sendable {
  var start: Int32
  var end: Int32
  /// Index of the first token after it.
  var beforeToken: Int
}

/// What the lexer makes of a file.
package struct TokenList: Sendable {
  /// Always ends with one `.end`.
  package var tokens: [Token] = []
  /// Only where they were asked for.
  var comments: [Comment] = []
  package var diagnostics: [Diagnostic] = []
  /// Parentheses, brackets and braces that are open where the text ends.
  var openAtEnd = 0
}
