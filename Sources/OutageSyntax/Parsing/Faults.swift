// What goes wrong, and what mends it.

extension Parser {
  /// `stall enactor[0] at apply for 8m`
  mutating func stall() -> Statement.Kind {
    let node = expression()
    let label = acceptOnLine(.at) ? name("the label of a statement") : nil
    return .stall(node, at: label, for: acceptOnLine(.for) ? expression() : nil)
  }

  /// `slow s by 3 for 5m`
  mutating func slow() -> Statement.Kind {
    let node = expression()
    expect(.by, example: "`slow api by 3 for 5m`")
    let factor = expression()
    return .slow(node, by: factor, for: acceptOnLine(.for) ? expression() : nil)
  }

  /// `cut A from B`
  mutating func cut() -> Statement.Kind {
    let node = expression()
    expect(.from, example: "`cut api from database`")
    return .cut(node, from: expression())
  }

  /// `drop 5% of A to B`
  mutating func drop() -> Statement.Kind {
    let example = "`drop 5% of api to database`"
    let share = expression()
    expect(.of, example: example)
    let caller = expression()
    expect(.to, example: example)
    return .drop(share, of: caller, to: expression())
  }

  /// `heal`, `heal X`, `heal X from Y`
  mutating func heal() -> Statement.Kind {
    guard isAtOperand else { return .heal(nil, from: nil) }
    let node = expression()
    return .heal(node, from: accept(.from) ? expression() : nil)
  }
}
