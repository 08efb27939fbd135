// What names a draw, and its numbers. A draw is a pure function of (seed, place, owner, the owner's count at that place):
// the place gives the key of the cipher (mixed with the seed), owner and count are its counter.
//
// Owner, 64 bits:
// - a body that begins by itself (a process, an entry of the timeline, a renewal, a check, a request of an open load):
//   key of the body + index of the element × the golden ratio + how many began there before (of a load: the arrival
//   number). Multiples of the golden ratio lie so far apart that no two of a body are one. A user of a closed load has the
//   mix of that, plus the number of its request.
// - what a body calls or sends belongs to the owner of that body, as long as nothing else that it called may reach the same
//   handlers: the first keeps the owner. The j-th after it (j = 1…: a retry, a second call) has a mix of the owner, the key of
//   the calling body and j. So each handler meets an owner once, and whatever is drawn there depends on the request alone: on
//   no other request, no queue, no order of events.
// - what an element draws that nobody wrote (the phase of a lease, the gaps of a load): its index.
//
// Count: how often the frame has drawn at that place. A place that is passed once needs no word for it.

struct Draw {
  /// Key of the place under the seed of the run.
  let key: UInt64
  let owner: UInt64
  /// Below 2^48: the bits above number the blocks of one draw.
  let count: UInt64

  /// The numbers of block n.
  @inline(__always)
  func block(_ n: UInt64) -> (first: UInt64, second: UInt64) { Philox.block(owner, count | n << 48, key: key) }

  /// The first 64 bits: all that most draws take.
  @inline(__always) var bits: UInt64 { block(0).first }

  /// Uniform in [0, 1).
  @inline(__always) var uniform: Double { Double(bits >> 11) * 0x1p-53 }

  /// Uniform in low…high (multiply-shift; the bias is below 2^-32 for ranges of practical size).
  @inline(__always)
  func uniform(_ low: Int64, _ high: Int64) -> Int64 {
    let range = UInt64(bitPattern: high &- low) &+ 1
    return range == 0 ? Int64(bitPattern: bits) : low &+ Int64(bitPattern: bits.multipliedFullWidth(by: range).high)
  }
}

/// All numbers of one draw in a row, the first that it takes among them: a stream below the draw's own, which moves no other.
package struct DrawNumbers {
  private let draw: Draw
  private var block: UInt64 = 0
  private var isSecond = false

  init(_ draw: Draw) { self.draw = draw }

  mutating func next() -> UInt64 {
    let numbers = draw.block(block)
    if isSecond { block &+= 1 }
    isSecond.toggle()
    return isSecond ? numbers.first : numbers.second
  }

  /// Uniform in [0, 1).
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}

extension Island {
  /// A draw of a frame at a place. `slot`: the word of the frame that counts its draws there; 0: it draws there once.
  @inline(__always)
  func drawing(_ place: Int, _ frame: Int, slot: Int) -> Draw {
    var count: Int64 = 0
    if slot != 0 {
      count = mem[frame &+ slot]
      mem[frame &+ slot] = count &+ 1
    }
    return drawing(
      key: shared.pointee.placeKeys[place], owner: mem[frame &+ Frame.owner], count: UInt64(bitPattern: count))
  }

  /// A draw that is named in full.
  @inline(__always)
  func drawing(key: UInt64, owner: Int64, count: UInt64) -> Draw {
    let draw = Draw(key: key, owner: UInt64(bitPattern: owner), count: count)
    #if DEBUG
      shared.pointee.drawn.takeUnretainedValue().note(draw)
    #endif
    return draw
  }

  /// A draw of an element that no body makes; `place` is its node's.
  @inline(__always)
  func drawing(_ place: Int, ofElement own: Int, _ info: UnsafePointer<NodeInfo>, count: UInt64) -> Draw {
    drawing(key: shared.pointee.placeKeys[place], owner: Int64(own &- Int(info.pointee.first)), count: count)
  }
}
