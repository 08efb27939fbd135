import OutageEngine
import OutageReport
import Testing

/// Whole pages, beside the scripts that they are about.
@Suite struct PageTests {
  @Test func theCorpusIsThere() { #expect(Corpus.names.count >= 4) }

  @Test(arguments: Corpus.names) func readsAsInTheFileBesideIt(_ name: String) throws {
    var result = try Corpus.result(name)
    try Corpus.compare(TextReport(width: 80, color: false, unicode: true).render(result), with: "\(name).txt")
    try Corpus.compare(TextReport(width: 40, color: false, unicode: false).render(result), with: "\(name).narrow.txt")
    // How much memory that took is the engine's own affair.
    result.counts.stateBytes = 0
    try Corpus.compare(renderJSON(result), with: "\(name).json")
  }

  @Test("fits every width", arguments: Corpus.names) func fits(_ name: String) throws {
    let result = try Corpus.result(name)
    for width in [40, 41, 59, 60, 80, 100, 121, 160, 200] {
      for unicode in [true, false] {
        let text = TextReport(width: width, color: false, unicode: unicode).render(result)
        for line in text.split(separator: "\n") {
          #expect(String(line).columns <= width, "\(width) columns: \(line)")
          #expect(line.last != " ")
        }
        if !unicode { #expect(text.utf8.allSatisfy { $0 < 0x80 }) }
      }
    }
  }

  @Test("colour changes no character", arguments: Corpus.names) func colorIsOnlyColor(_ name: String) throws {
    let result = try Corpus.result(name)
    let plain = TextReport(width: 90, color: false, unicode: true).render(result)
    let painted = TextReport(width: 90, color: true, unicode: true).render(result)
    #expect(!plain.contains("\u{1B}"))
    #expect(painted.contains("\u{1B}[1m"))
    #expect(painted.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
  }

  @Test func aLongStoryIsToldShortAndSaysSo() throws {
    var result = try Corpus.result("nothing")
    let kinds: [StoryEvent.Kind] = [.log, .trouble, .fault, .action]
    for k in 0..<3000 {
      let letter = String(UnicodeScalar(UInt8(97 + k % 26)))
      result.story.append(
        StoryEvent(
          time: Int64(k) * 1_000_000_000, kind: kinds[k % 4], text: "\(letter) number \(k)", subject: "n[\(k)]"))
    }
    result.leftOut.add(.log, 12)
    result.story.append(StoryEvent(time: 3_000_000_000_000, kind: .violation, text: "the worst"))
    let text = TextReport(width: 100, color: false, unicode: true).render(result)
    #expect(text.split(separator: "\n").count < 160)
    #expect(text.contains("\"the worst\""))
    #expect(text.contains("left out"))
    #expect(text.contains("more like this"))
    // Nothing is lost in between: told, counted as alike, or counted as left out.
    let alike = text.matches(of: /and ([0-9,]+) more like this/).map { Int($0.1.replacing(",", with: "")) ?? 0 }.reduce(
      0, +)
    let counts = try #require(text.firstMatch(of: /left out: ([^;\n]+(?:\n +[^;\n]+)*)/)).1
    let left = counts.matches(of: /[0-9][0-9,]*/).map { Int($0.0.filter { $0 != "," }) ?? 0 }.reduce(0, +)
    let told = text.matches(of: /number [0-9]+\n/).count
    #expect(told + alike + left == 3000 + 12, "\(told) told, \(alike) alike, \(left) left out")
  }

  @Test func textsOfScriptsCannotHarmTheTerminal() throws {
    var result = try Corpus.result("nothing")
    result.scenario = "\u{1B}[2J"
    result.story = [StoryEvent(time: 0, kind: .log, text: "\u{1B}]0;x\u{7}", subject: "")]
    let text = TextReport(width: 80, color: false, unicode: true).render(result)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }
}
