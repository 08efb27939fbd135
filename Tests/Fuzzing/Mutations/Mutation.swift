/// SplitMix64 (S. Vigna, 2015): input k of a seed is the same on every machine.
struct Dice {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(truncatingIfNeeded: next() % UInt64(bound)) : 0 }
}

/// Scripts cut into words, so that most mutations still read like a script.
struct Seeds {
  let scripts: [[ArraySlice<UInt8>]]
  static let fragments: [[UInt8]] = [
    "{", "}", "(", ")", "[", "]", "\"", "\n", ";", "\\", "..", "[*]", "not ", "-", "1e999", "0", "0s", "0%", "-1", "5m",
    "9223372036854775807", "106751d", "50/s", "23:59:59", "99999999999999999999h", "any ", " if ", " in ", "\u{0}", "é",
    "{x}", "#", " div 0", " / 0", "[9]", "[2..1]", "import \"again\"",
  ].map { Array($0.utf8) }

  /// Large counts become small: a fleet of 100,000 teaches a fuzzer no more than one of 100.
  init(_ texts: [[UInt8]]) {
    scripts = texts.map { text in
      Self.words(text).map { $0.count > 4 && Self.isNumber($0) ? Array("100".utf8)[...] : $0 }
    }.filter { !$0.isEmpty }
  }

  /// Runs of letters and digits, runs of spaces, and single marks.
  static func words(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
    func kind(_ byte: UInt8) -> Int {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        1
      case UInt8(ascii: " "): 2
      default: 0
      }
    }
    var words: [ArraySlice<UInt8>] = []
    var start = 0
    for i in text.indices where i > start && (kind(text[i]) != kind(text[i - 1]) || kind(text[i]) == 0) {
      words.append(text[start..<i])
      start = i
    }
    if start < text.count { words.append(text[start...]) }
    return words
  }

  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    word.first.map { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") } ?? false
  }

  private static func isWord(_ word: ArraySlice<UInt8>) -> Bool { word.first.map { $0 >= UInt8(ascii: "A") } ?? false }

  /// Input `k` of a seed: a script with one to four edits.
  func input(_ k: Int, seed: UInt64) -> [UInt8] {
    var dice = Dice(state: seed &* 0x2545_F491_4F6C_DD1D &+ UInt64(k))
    var words = scripts[dice.below(scripts.count)]
    for _ in 0...dice.below(4) where !words.isEmpty {
      let at = dice.below(words.count)
      let other = scripts[dice.below(scripts.count)]
      switch dice.below(12) {
      case 0: words.remove(at: at)
      case 1: words.insert(other[dice.below(other.count)], at: at)
      case 2: words[at] = other[dice.below(other.count)]
      case 3: words.swapAt(at, dice.below(words.count))
      case 4: words[at] = Self.fragments[dice.below(Self.fragments.count)][...]
      case 5: words.insert([UInt8(truncatingIfNeeded: dice.next())][...], at: at)
      case 6: words.removeSubrange(at..<min(words.count, at + dice.below(60)))
      case 7, 8, 9, 10:
        // A word for a word of its kind: mostly still a script.
        let word = words[dice.below(words.count)]
        if Self.isNumber(words[at]) == Self.isNumber(word), Self.isWord(words[at]) == Self.isWord(word) {
          words[at] = word
        }
      default:
        let from = dice.below(other.count)
        words.insert(contentsOf: other[from..<min(other.count, from + dice.below(60))], at: at)
      }
    }
    return Array(words.joined())
  }
}
