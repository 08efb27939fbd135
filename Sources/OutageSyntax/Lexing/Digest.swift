/// A digest of what the sources say: comments, layout and the spelling of separators do not count. 16 hex digits (FNV-1a
/// over the words, 64 bits).
public func sourceDigest(_ files: [SourceFile]) -> String {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
  for file in files {
    let list = Lexer.lex(file, file: 0)
    for token in list.tokens where token.kind != .semicolon {
      let from = Int(token.start)
      let to = Int(token.end)
      if from < to, to <= file.text.count { for byte in file.text[from..<to] { add(byte) } }
      add(0)
    }
    add(1)
  }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.utf8.count) + digits
}
