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

  /// Fields of the given widths, each in the first word that has room; none straddles two words.
  init(_ bits: [Int]) {
    var used: [Int] = [0]
    for b in bits {
      var word = used.firstIndex { $0 + b <= 64 } ?? used.count
      if bits.count > 300 { word = used[used.count - 1] + b <= 64 ? used.count - 1 : used.count }
      if word == used.count { used.append(0) }
      fields.append(Field(word: word, shift: UInt64(used[word] & 63), bits: b))
      used[word] += b
    }
    words = used.count
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

  /// Masks of an older layout grow with their fields.
  func takeMask(_ old: Layout, _ mask: UnsafePointer<UInt64>) -> [UInt64] {
    self.mask(fields.indices.filter { old.fields[$0].bits > 0 && old.get(mask, $0) != 0 })
  }

  /// The words with ones where these components lie.
  func mask(_ components: [Int]) -> [UInt64] {
    var mask = [UInt64](repeating: 0, count: words)
    for k in components where fields[k].bits > 0 { mask[fields[k].word] |= fields[k].mask << fields[k].shift }
    return mask
  }
}

/// Brings words of an older layout, of states or of parts of them, into a new one.
struct Repacking {
  let oldWords: Int
  let newWords: Int
  /// Bits that keep their order move together.
  private var moves: [(mask: UInt64, from: Int, to: Int, left: UInt64, right: UInt64)] = []

  init(_ old: Layout, _ new: Layout) {
    oldWords = old.words
    newWords = new.words
    for (x, y) in zip(old.fields, new.fields) {
      let bits = min(x.bits, y.bits)
      let mask = Field(word: 0, shift: 0, bits: bits).mask << x.shift
      let (left, right) = y.shift > x.shift ? (y.shift - x.shift, 0) : (0, x.shift - y.shift)
      let same = moves.indices.first { k in
        moves[k].from == x.word && moves[k].to == y.word && moves[k].left == left && moves[k].right == right
      }
      if let same { moves[same].mask |= mask } else { moves.append((mask, x.word, y.word, left, right)) }
    }
  }

  func apply(_ from: UnsafePointer<UInt64>, _ to: UnsafeMutablePointer<UInt64>) {
    for w in 0..<newWords { to[w] = 0 }
    for m in moves { to[m.to] |= ((from[m.from] & m.mask) &<< m.left) &>> m.right }
  }

  func words(_ from: UnsafePointer<UInt64>) -> [UInt64] {
    var to = [UInt64](repeating: 0, count: newWords)
    apply(from, &to)
    return to
  }
}

let hashSeed: UInt64 = 0x9E37_79B9_7F4A_7C15

/// Takes one more word into a hash.
@inline(__always)
func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
  let product = (hash ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
  return product.high ^ product.low
}

@inline(__always)
func mixed(_ words: UnsafePointer<UInt64>, _ count: Int) -> UInt64 {
  var h = hashSeed
  for k in 0..<count { h = mixed(h, words[k]) }
  return h
}
