import OutageSemantics
import OutageSyntax
import Testing

/// Deep, long and repetitive scripts end in a diagnostic or a program, never in a trap.
@Suite struct LimitTests {
  private func codes(_ text: String) -> Set<String> {
    Set(Workbench.check(text).all.map(\.code))
  }

  @Test func deepExpressionsInDeepBlocksAreChecked() {
    let depth = 60
    let blocks = String(repeating: "if true {", count: depth)
    let negations = String(repeating: "-(", count: depth) + "1" + String(repeating: ")", count: depth)
    let text = "process p { \(blocks) let x = \(negations) \(String(repeating: "}", count: depth)) }"
    #expect(codes(text) == [])
  }

  @Test func chainsOfFunctionsStopAtALimit() {
    var text = "fn f0(x) = x\n"
    for i in 1...400 {
      text += "fn f\(i)(x) = -(-(f\(i - 1)(x)))\n"
    }
    #expect(codes(text + "let a = f400(1)") == ["E0609"])
    #expect(codes(text + "let a = f50(1)").subtracting(["E0609"]) == [])
  }

  @Test func towersOfFunctionsStopAtALimit() {
    var text = "fn f0(x) = x + x\n"
    for i in 1...60 { text += "fn f\(i)(x) = f\(i - 1)(x) + f\(i - 1)(x)\n" }
    #expect(codes(text + "let a = f60(1)") == ["E0609"])
  }

  @Test func towersOfRecordsStopAtALimit() {
    func tower(_ levels: Int) -> String {
      "let a0 = { a: 1 }\n" + (1..<levels).map { "let a\($0) = { a: a\($0 - 1) }\n" }.joined()
    }
    #expect(codes(tower(100)) == [])
    #expect(codes(tower(101)) == ["E0609"])
    #expect(codes(tower(50_000)) == ["E0609"])
  }

  @Test func deepElseChainsAreChecked() {
    let chain = String(repeating: "if false { wait 1s } else ", count: 150)
    #expect(codes("process p { \(chain) { wait 1s } }") == [])
  }

  @Test func thousandsOfDeclarationsAreChecked() {
    var text = ""
    for i in 0..<2000 {
      text += "var v\(i) = \(i)\nprocess p\(i) { loop { v\(i) = v\((i + 1) % 2000) + 1; wait 1s } }\n"
    }
    #expect(codes(text) == [])
  }

  @Test func thousandsOfErrorsStopAtALimit() {
    let text = (0..<5000).map { "let a\($0) = b\($0)" }.joined(separator: "\n")
    let count = Workbench.check(text).all.count
    #expect(count >= 100 && count <= 500)
  }

  @Test func longChainsOfAnswersAreInferred() {
    var text = "service s0 { on get { return 1s } }\n"
    for i in (1...6).reversed() {
      text += "service s\(i) { on get { let x = call s\(i - 1).get; return x } }\n"
    }
    #expect(codes(text + "process p { let x = call s6.get; wait x }") == [])
  }
}
