import OutageModel
import Testing

/// The cipher of the random streams: its known answers, and what a draw must not show of its seed, place, owner and count.
@Suite struct CipherTests {
  /// From Random123, tests/kat_vectors: philox2x64 10.
  @Test func knownAnswers() {
    #expect(Philox.block(0, 0, key: 0) == (0xCA00_A045_9843_D731, 0x66C2_4222_C9A8_45B5))
    #expect(
      Philox.block(.max, .max, key: .max) == (0x65B0_21D6_0CD8_310F, 0x4D02_F322_2F86_DF20))
    #expect(
      Philox.block(0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, key: 0xA409_3822_299F_31D0)
        == (0x0A5E_742C_2997_341C, 0xB0F8_83D3_8000_DE5D))
  }

  /// Of `bits`, the largest deviation from one half, in standard errors, of how often an output bit changes with an input bit.
  private func worstAvalanche(_ bits: (UInt64, UInt64, UInt64) -> UInt64) -> Double {
    var worst = 0.0
    let count = 1500
    for word in 0..<3 {
      for input in 0..<64 {
        var changed = [Int](repeating: 0, count: 64)
        for k in 0..<count {
          var words = [UInt64(k % 10), UInt64(k / 10 % 15), UInt64(k / 150)]
          let before = bits(words[0], words[1], words[2])
          words[word] ^= 1 << UInt64(input)
          let difference = before ^ bits(words[0], words[1], words[2])
          for output in 0..<64 { changed[output] += Int(difference >> UInt64(output) & 1) }
        }
        let deviation = 0.5 * Double(count).squareRoot()
        for n in changed { worst = max(worst, abs(Double(n) - Double(count) / 2) / deviation) }
      }
    }
    return worst
  }

  /// Small keys, owners and counts: of 12,288 pairs of bits chance alone goes up to about 4.5.
  @Test func oneBitChangesHalfOfAll() {
    #expect(worstAvalanche { Philox.block($1, $2, key: $0).first } < 5.5)
    #expect(worstAvalanche { Philox.block($1, $2, key: $0).second } < 5.5)
    // A mixer that is none: the test sees it.
    #expect(worstAvalanche { ($0 &* 3 &+ $1 &* 5 &+ $2) &* 0x9E37_79B9_7F4A_7C15 } > 30)
  }

  @Test func noBlockComesTwice() {
    var seen: Set<UInt64> = []
    for key in 0..<8 as Range<UInt64> {
      for owner in 0..<128 as Range<UInt64> {
        for count in 0..<64 as Range<UInt64> { seen.insert(Philox.block(owner, count, key: key).first) }
      }
    }
    #expect(seen.count == 8 * 128 * 64)
  }

  /// Six orders in which streams are read: the mean, the correlation of neighbours, and the share in each of 64 cells.
  @Test(arguments: 0..<6) func everyOrderLooksRandom(_ order: Int) {
    let count = 200_000
    var values: [Double] = []
    for k in 0..<UInt64(count) {
      let block =
        switch order {
        case 0: Philox.block(7, k, key: 1)
        case 1: Philox.block(k, 0, key: 1)
        case 2: Philox.block(k / 3, k % 3, key: 1)
        case 3: Philox.block(k / 64, 0, key: k % 64)
        case 4: Philox.block(0, 0, key: k)
        default: Philox.block(k &* 0x9E37_79B9_7F4A_7C15, 0, key: 1)
        }
      values.append(Double(block.first >> 11) * 0x1p-53)
    }
    let n = Double(count)
    let mean = values.reduce(0, +) / n
    #expect(abs(mean - 0.5) < 5 * (1 / (12 * n)).squareRoot())
    for lag in [1, 2, 3, 64] {
      let pairs = zip(values, values.dropFirst(lag)).reduce(0) { $0 + ($1.0 - 0.5) * ($1.1 - 0.5) }
      #expect(abs(pairs * 12 / n) < 5 / n.squareRoot())
    }
    var cells = [Int](repeating: 0, count: 64)
    for value in values { cells[Int(value * 64)] += 1 }
    let squares = cells.reduce(0) { $0 + (Double($1) - n / 64) * (Double($1) - n / 64) / (n / 64) }
    // 63 degrees of freedom: mean 63, deviation 11.2.
    #expect(squares > 15 && squares < 125)
  }
}
