import OutageSemantics
public import OutageSyntax

/// Why a program could not be compiled with these parameters: a value out of its range, a division by zero before the run.
public struct CompileFailure: Error {
  /// None: the host wanted no more of it.
  public var diagnostics: [Diagnostic]
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
  init(_ code: String, _ message: String, _ span: Span, help: String? = nil) {
    diagnostics = [Diagnostic(code: code, message, at: span, help: help)]
  }
}

/// Values known before the run, as words: an Int64, or the bits of a Double, by type.
struct Settled {
  var params: [Int64]
  var constants: [Int64?]
  /// What the constants are made of.
  let made: [CheckedExpression]
  var paramTypes: [Type] = []
  var paramSources: [ParamSource] = []
  /// Not in what a live world does only if parameters were set otherwise: there a run looks.
  var requiresRanges = true
  var texts = TextTable()

  static func word(_ value: Double) -> Int64 { Int64(bitPattern: value.bitPattern) }
  static func number(_ word: Int64) -> Double { Double(bitPattern: UInt64(bitPattern: word)) }

  /// The value of an expression that reads parameters and constants only (and `index`, when given); nil when it reads more.
  /// What its place wants in a range lies in it.
  func value(_ e: CheckedExpression, index: Int64? = nil) throws(CompileFailure) -> Int64? {
    let word = try computed(e, index: index)
    if let word, let rule = e.rule, requiresRanges { try require(word, rule, e) }
    return word
  }

  private func computed(_ e: CheckedExpression, index: Int64?) throws(CompileFailure) -> Int64? {
    switch e.kind {
    case .integer(let v): return v
    case .number(let v): return Self.word(v)
    case .param(let id): return params[id]
    case .constant(let id): return constants[id]
    case .index: return index
    case .field:
      guard let part = part(e) else { return nil }
      return try value(part, index: index)
    case .negate(let a):
      guard let v = try value(a, index: index) else { return nil }
      if isNumber(e.type) { return Self.word(-Self.number(v)) }
      if v == .min { throw overflow(e) }
      return -v
    case .not(let a): return try value(a, index: index).map { $0 ^ 1 }
    case .and(let a, let b):
      let x = try value(a, index: index)
      if x == 0 { return 0 }
      let y = try value(b, index: index)
      if y == 0 { return 0 }
      return x == nil || y == nil ? nil : 1
    case .or(let a, let b):
      let x = try value(a, index: index)
      if x == 1 { return 1 }
      let y = try value(b, index: index)
      if y == 1 { return 1 }
      return x == nil || y == nil ? nil : 0
    case .arithmetic(let op, let a, let b):
      guard let x = try value(a, index: index), let y = try value(b, index: index) else { return nil }
      return try arithmetic(op, x, y, e)
    case .compare(let op, let a, let b):
      guard a.type.width == 1, let x = try value(a, index: index), let y = try value(b, index: index)
      else { return nil }
      return compare(op, x, y, isNumber: isNumber(a.type)) ? 1 : 0
    case .convert(let conversion, let a):
      guard let x = try value(a, index: index) else { return nil }
      return try convert(conversion, x, e)
    case .builtin(let builtin, let args):
      var words: [Int64] = []
      for a in args {
        guard let v = try value(a, index: index) else { return nil }
        words.append(v)
      }
      return try self.builtin(builtin, words, e, args)
    case .contains(let list, let a):
      guard let x = try value(a, index: index) else { return nil }
      return try contains(list, x, index: index).map { $0 ? 1 : 0 }
    default: return nil
    }
  }

  /// What stands in a field of a record that is known before the run; nil: it is not, or `e` is no field.
  func part(_ e: CheckedExpression) -> CheckedExpression? {
    guard case .field(let record, let k) = e.kind else { return nil }
    return fields(record).flatMap { $0.indices.contains(k) ? $0[k] : nil }
  }

  /// The fields of a record that is written out, is a constant, or stands in a field of another one.
  func fields(_ e: CheckedExpression) -> [CheckedExpression]? {
    var e = e
    while true {
      switch e.kind {
      case .record(let fields): return fields
      case .constant(let k): e = made[k]
      case .field:
        guard let part = part(e) else { return nil }
        e = part
      default: return nil
      }
    }
  }

  /// `fix in [none, cas]`, `servers in 1..4`
  private func contains(_ list: CheckedExpression, _ x: Int64, index: Int64?) throws(CompileFailure) -> Bool? {
    switch list.kind {
    case .list(let items):
      var isFound = false
      for item in items {
        guard item.type.width == 1, let y = try value(item, index: index) else { return nil }
        if compare(.equal, x, y, isNumber: isNumber(item.type)) { isFound = true }
      }
      return isFound
    case .range(let low, let high):
      guard let a = try value(low, index: index), let b = try value(high, index: index) else { return nil }
      return a <= x && x <= b
    default: return nil
    }
  }

  func isNumber(_ type: Type) -> Bool { type == .number || type == .rate }

  private func overflow(_ e: CheckedExpression) -> CompileFailure {
    CompileFailure("E0503", "the result is too large", e.span)
  }

  private func arithmetic(_ op: Arithmetic, _ x: Int64, _ y: Int64, _ e: CheckedExpression) throws(CompileFailure)
    -> Int64
  {
    func checked(_ r: (partialValue: Int64, overflow: Bool)) throws(CompileFailure) -> Int64 {
      if r.overflow { throw overflow(e) }
      return r.partialValue
    }
    func finite(_ v: Double) throws(CompileFailure) -> Int64 {
      if !v.isFinite { throw overflow(e) }
      return Self.word(v)
    }
    let a = Self.number(x)
    let b = Self.number(y)
    switch op {
    case .countAdd: return try checked(x.addingReportingOverflow(y))
    case .countSubtract: return try checked(x.subtractingReportingOverflow(y))
    case .countMultiply: return try checked(x.multipliedReportingOverflow(by: y))
    case .countDivide, .countModulo:
      if y == 0 { throw CompileFailure("E0502", "the divisor is zero", e.span) }
      if y == -1 { return op == .countModulo ? 0 : try checked(Int64(0).subtractingReportingOverflow(x)) }
      let (q, r) = x.quotientAndRemainder(dividingBy: y)
      let isOff = r != 0 && (r < 0) != (y < 0)
      return op == .countDivide ? (isOff ? q - 1 : q) : (isOff ? r + y : r)
    case .numberAdd: return try finite(a + b)
    case .numberSubtract: return try finite(a - b)
    case .numberMultiply: return try finite(a * b)
    case .numberDivide:
      if b == 0 { throw CompileFailure("E0502", "the divisor is zero", e.span) }
      return try finite(a / b)
    }
  }

  private func compare(_ op: Comparison, _ x: Int64, _ y: Int64, isNumber: Bool) -> Bool {
    func test<T: Comparable>(_ a: T, _ b: T) -> Bool {
      switch op {
      case .equal: a == b
      case .notEqual: a != b
      case .less: a < b
      case .lessOrEqual: a <= b
      case .greater: a > b
      case .greaterOrEqual: a >= b
      }
    }
    return isNumber ? test(Self.number(x), Self.number(y)) : test(x, y)
  }

  private func convert(_ conversion: Conversion, _ x: Int64, _ e: CheckedExpression) throws(CompileFailure) -> Int64 {
    switch conversion {
    case .countToNumber: return Self.word(Double(x))
    case .numberToCount:
      guard let v = Int64(exactly: Self.number(x).rounded()) else { throw overflow(e) }
      return v
    case .durationToSeconds: return Self.word(Double(x) / 1e9)
    case .secondsToDuration:
      guard let v = Int64(exactly: (Self.number(x) * 1e9).rounded()) else { throw overflow(e) }
      return v
    case .textToAddress: return x
    }
  }

  private func builtin(_ builtin: Builtin, _ words: [Int64], _ e: CheckedExpression, _ args: [CheckedExpression])
    throws(CompileFailure) -> Int64?
  {
    guard let first = words.first, let type = args.first?.type else { return nil }
    let x = Self.number(first)
    switch builtin {
    case .min: return isNumber(type) ? Self.word(words.map(Self.number).min() ?? 0) : words.min()
    case .max: return isNumber(type) ? Self.word(words.map(Self.number).max() ?? 0) : words.max()
    case .abs:
      if isNumber(type) { return Self.word(x.magnitude) }
      if first == .min { throw overflow(e) }
      return first.magnitude > UInt64(Int64.max) ? nil : Swift.abs(first)
    case .floor, .ceil, .round:
      let v = x.rounded(builtin == .floor ? .down : builtin == .ceil ? .up : .toNearestOrAwayFromZero)
      guard let whole = Int64(exactly: v) else { throw overflow(e) }
      return whole
    // Of what has none the run says so, as of the logarithm.
    case .sqrt: return x < 0 ? nil : Self.word(x.squareRoot())
    case .seconds: return Self.word(Double(first) / 1e9)
    case .ln, .pow: return nil
    }
  }
}

/// Texts by id, each once.
struct TextTable {
  private(set) var texts: [String] = []
  private var ids: [String: Int] = [:]

  mutating func id(_ text: String) -> Int {
    if let id = ids[text] { return id }
    ids[text] = texts.count
    texts.append(text)
    return texts.count - 1
  }
}
