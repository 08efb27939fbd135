/// A digest of what sources say: comments, layout and the spelling of separators do not count. FNV-1a over the words, 64
/// bits.
public struct SourceDigest: Sendable {
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Of no file.
  public init() {}

  /// Of some files in their order. What was interrupted gives the digest of nothing in particular.
  public init(_ files: [SourceFile], _ interruption: Interruption = Interruption()) {
    for file in files { add(file, interruption) }
  }

  public mutating func add(_ file: SourceFile, _ interruption: Interruption = Interruption()) {
    if file.isTable { return addBytes(of: file, interruption) }
    let list = Lexer.lex(file, file: 0, interruption)
    var hash = hash
    file.text.withUnsafeBufferPointer { text in
      for token in list.tokens where token.kind != .semicolon {
        if interruption.looks() { break }
        let (from, to) = (Int(token.start), Int(token.end))
        if from < to, to <= text.count { for byte in text[from..<to] { Self.add(byte, &hash) } }
        Self.add(0, &hash)
      }
    }
    Self.add(1, &hash)
    self.hash = hash
  }

  /// Of a table every byte counts.
  private mutating func addBytes(of file: SourceFile, _ interruption: Interruption) {
    var hash = hash
    for byte in file.text {
      if interruption.looks() { break }
      Self.add(byte, &hash)
    }
    Self.add(2, &hash)
    self.hash = hash
  }

  @inline(__always)
  private static func add(_ byte: UInt8, _ hash: inout UInt64) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

  /// 16 hex digits.
  public var text: String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }
}

public func sourceDigest(_ files: [SourceFile]) -> String { SourceDigest(files).text }
