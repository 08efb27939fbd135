import OutageEngine
import OutageKit
import OutageExplorer
import OutageSemantics
import OutageSyntax

/// SplitMix64 (S. Vigna, 2015).
struct Dice {
  var state: UInt64

  /// Where input `k` of a seed begins.
  static func state(_ seed: UInt64, _ k: Int) -> UInt64 { seed &* 0x2545_F491_4F6C_DD1D &+ UInt64(k) }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(truncatingIfNeeded: next() % UInt64(bound)) : 0 }
  mutating func one<T>(of all: [T]) -> T { all[below(all.count)] }
}

/// Right scripts to begin with; their large counts are made small.
struct Scripts {
  struct Script {
    var name: String
    var text: [UInt8]
    var params: [String]
    var properties: [String]
    var nodes: [String]
  }

  let all: [Script]

  init(_ files: [(String, [UInt8])]) {
    all = files.compactMap { name, text in
      let text = Self.smaller(text)
      let source = Source(name: name, text: text) { _, _ in .failure(LoadError("no files")) }
      guard let program = source.program else { return nil }
      return Script(
        name: name, text: text, params: program.params.map(\.name), properties: program.properties.map(\.text),
        nodes: program.nodes.map(\.name))
    }
  }

  /// A fleet of 100,000 teaches no more than one of 100.
  private static func smaller(_ text: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    for word in text.split(whereSeparator: { _ in false }).flatMap({ words(Array($0)) }) {
      let isLong = word.count > 4 && word.allSatisfy { (48...57).contains($0) || $0 == 95 }
      out += isLong ? Array("100".utf8) : Array(word)
    }
    return out
  }

  /// Runs of letters, digits and underscores, and single marks.
  static func words(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    func isWord(_ c: UInt8) -> Bool {
      (48...57).contains(c) || (65...90).contains(c) || (97...122).contains(c) || c == 95
    }
    var words: [ArraySlice<UInt8>] = []
    var start = 0
    for i in text.indices where i > start && !(isWord(text[i]) && isWord(text[i - 1])) {
      words.append(text[start..<i])
      start = i
    }
    if start < text.count { words.append(text[start...]) }
    return words
  }

  func source(_ text: [UInt8]) -> Source {
    Source(name: "input.outage", text: text) { _, _ in .failure(LoadError("no files")) }
  }
}

enum Extreme {
  static let counts = [
    "0", "1", "-1", "2", "63", "64", "65", "255", "256", "1024", "1025", "65535", "65536", "2147483647", "2147483648",
    "4294967295", "4294967296", "9007199254740993", "4611686018427387904", "9223372036854775806", "9223372036854775807",
    "-9223372036854775807",
  ]
  static let durations = [
    "0s", "1ns", "-1s", "999ms", "60000d", "53375d", "106751d", "106751d23h47m16s", "9223372036854775807ns",
    "4611686018427387904ns", "2562047h", "9223372036854775806ns", "-9223372036854775807ns", "1500ms", "7m",
  ]
  static let numbers = [
    "0.0", "0.5", "1e308", "1e-308", "1.7976931348623157e308", "-0.5", "0.1", "100%", "0%", "101%", "5%",
    "0/s", "1/s", "0.001/s", "1e18/s", "1e9/s", "9223372036854775807/s", "50/m", "1/d",
  ]
  static let times = ["00:00", "23:59:59", "02:25", "23:59:59.999999999"]
  static let all = counts + durations + numbers + times
  static let words = ["true", "false", "on", "off", "none"]
}

/// A run and a search, each bounded, whose reports are made.
enum Tried {
  static func run(_ source: Source, settings: [(String, String)] = [], events: Int64 = 400) {
    var options = RunOptions()
    options.settings = settings
    options.budgets = Budgets(events: events, memory: 16 << 20)
    var asked = 0
    options.halt = { _, _ in
      asked += 1
      return asked > 60 ? .timeIsUp(limit: "a moment") : .goOn
    }
    guard let result = try? source.run(options) else { return }
    Rendered.all(result)
  }

  static func search(_ source: Source, settings: [(String, String)] = []) {
    var options = ExplorationOptions()
    options.settings = settings
    options.search.maxStates = 300
    options.search.maxMemory = 32 << 20
    guard let result = try? source.explore(options) else { return }
    Rendered.all(result)
  }
}
