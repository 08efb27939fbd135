import OutageSyntax
import Testing

@Suite struct LexingTests {
  private func expression(_ text: String) -> String {
    let result = parseInput(SourceFile(name: "input", text: Array(text.utf8)), index: 0)
    guard result.diagnostics.isEmpty, case .expression(let value)? = result.inputs.first else {
      return "\(result.diagnostics.map(\.code))"
    }
    return structure(value.kind)
  }

  @Test(
    "a literal has the value and unit that it says",
    arguments: [
      ("100_000", "(count:100000 )"), ("9223372036854775807", "(count:9223372036854775807 )"),
      ("1.5", "(number:1.5 )"), ("0.1", "(number:0.1 )"), ("1_000.2_5", "(number:1000.25 )"),
      ("5%", "(share:0.05 )"), ("99.9%", "(share:0.999 )"), ("0.1%", "(share:0.001 )"),
      ("1ns", "(duration:1 )"), ("250ms", "(duration:250000000 )"), ("3us", "(duration:3000 )"),
      ("2h37m", "(duration:9420000000000 )"), ("1d", "(duration:86400000000000 )"),
      ("1.5s", "(duration:1500000000 )"), ("0.0015ms", "(duration:1500 )"),
      ("2540400h", "(duration:9145440000000000000 )"),
      ("50/s", "(rate:50.0 )"), ("30/m", "(rate:0.5 )"), ("1.8/h", "(rate:0.0005 )"),
      ("23:48", "(clock:(.0:85680000000000 on:nil ) )"), ("02:25:30", "(clock:(.0:8730000000000 on:nil ) )"),
      ("02:25:30.25", "(clock:(.0:8730250000000 on:nil ) )"),
      ("00:00", "(clock:(.0:0 on:nil ) )"), ("true", "(truth:true )"),
    ])
  func literal(_ text: String, _ expected: String) {
    #expect(expression(text) == expected)
  }

  @Test("a slash is a rate only where a unit of time ends the word")
  func slash() {
    #expect(expression("100/s") == "(rate:100.0 )")
    #expect(expression("100/servers").contains("divide"))
    #expect(expression("100 / s").contains("divide"))
    #expect(expression("a/s").contains("divide"))
  }

  @Test("a range is not a fraction")
  func range() {
    #expect(expression("1..5").hasPrefix("(range:"))
    #expect(expression("a[2..5]").hasPrefix("(slice:"))
  }

  @Test(
    "a literal that does not fit is reported",
    arguments: [
      "9223372036854775808", "99999999999999999999999999", "2562048h", "99999999999999999999s",
      "1" + String(repeating: "0", count: 400) + ".0", "99999999999999999999999d1h",
    ])
  func overflow(_ text: String) {
    #expect(expression(text) == "[\"E0104\"]")
  }

  @Test("a text keeps what its escapes say")
  func text() {
    #expect(
      expression(#""a\n\t\"\\\{\}\u{2014}ü""#)
        == "(text:((literal:a\n\t\"\\{}\u{2014}ü ) ) )".replacing("((", with: "(:("))
    #expect(expression(#""{"in {"deep"}"}""#).contains("deep"))
  }

  @Test("what is not UTF-8 text is reported once, and the rest is read")
  func encoding() {
    func codes(_ bytes: [UInt8]) -> [String] {
      parse(SourceFile(name: "x", text: bytes), index: 0).diagnostics.map(\.code)
    }
    let item = Array("let a = 3\n".utf8)
    #expect(codes(item + [0]) == ["E0003", "E0208"] || codes(item + [0]) == ["E0003"])
    #expect(codes(item + Array("# ".utf8) + [0xFF, 0xFE, 0x0A] + item) == ["E0002"])
    #expect(codes(Array("# ".utf8) + [0xED, 0xA0, 0x80, 0x0A]) == ["E0002"])
    #expect(codes([0xEF, 0xBB, 0xBF] + item) == [])
    #expect(codes(Array("let a = 3\r\nlet b = \"x\"\r\n".utf8)) == [])
    #expect(codes(Array("# ü – 💥\n".utf8)) == [])
    #expect(codes(Array(repeating: 0x20, count: Limits.sourceBytes + 1)) == ["E0001"])
    #expect(codes(Array(repeating: 0x20, count: Limits.sourceBytes)) == [])
  }

  @Test("every keyword is found, and no other word")
  func keywords() {
    for keyword in Keyword.allCases {
      let bytes = Array(keyword.rawValue.utf8)
      #expect(KeywordTable.shared.keyword(bytes, 0, bytes.count) == keyword)
      #expect(KeywordTable.shared.keyword(bytes + [0x78], 0, bytes.count + 1) == nil)
    }
  }
}
