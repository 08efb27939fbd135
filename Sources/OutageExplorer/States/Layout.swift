// A state is a few words; each component of the world (a process, a passive element, a fault budget) has a field of bits in
// it that holds the number of its present contents ("collapse compression", G. J. Holzmann, SPIN workshop 1997).

struct Field {
  var word: Int
  var shift: UInt64
  var bits: Int

  var mask: UInt64 { bits == 64 ? .max : (1 << UInt64(bits)) - 1 }
}

struct Layout {
  var fields: [Field] = []
  var words = 0

  /// Fields of the given widths, in order; none straddles two words.
  init(_ bits: [Int]) {
    var used = 64
    var word = -1
    for b in bits {
      if used + b > 64 {
        word += 1
        used = 0
      }
      fields.append(Field(word: word, shift: UInt64(used), bits: b))
      used += b
    }
    words = max(1, word + 1)
  }

  @inline(__always)
  func get(_ state: UnsafePointer<UInt64>, _ k: Int) -> Int {
    Int(truncatingIfNeeded: (state[fields[k].word] >> fields[k].shift) & fields[k].mask)
  }

  @inline(__always)
  func set(_ state: UnsafeMutablePointer<UInt64>, _ k: Int, _ value: Int) {
    let f = fields[k]
    state[f.word] = (state[f.word] & ~(f.mask << f.shift)) | UInt64(value) << f.shift
  }

  /// The words with ones where these components lie.
  func mask(_ components: [Int]) -> [UInt64] {
    var mask = [UInt64](repeating: 0, count: words)
    for k in components where fields[k].bits > 0 { mask[fields[k].word] |= fields[k].mask << fields[k].shift }
    return mask
  }
}

@inline(__always)
func mixed(_ words: UnsafePointer<UInt64>, _ count: Int) -> UInt64 {
  var h: UInt64 = 0x9E37_79B9_7F4A_7C15
  for k in 0..<count {
    let product = (h ^ words[k]).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    h = product.high ^ product.low
  }
  return h
}
