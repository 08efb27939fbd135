import OutageModel

// Of states that differ only in which element of an array of processes is where, one is kept: that whose rows ascend. A row
// holds the numbers of an element's contents, of the process first, then of the variables that go with it; elements of one
// array share the tables that give these numbers, so equal numbers are equal contents whoever has them.

/// An array of processes whose elements may change places, by components of a state.
struct Orbit {
  /// One row for each element.
  let rows: [[Int]]

  init(_ symmetry: ImageMeta.Symmetry, _ componentOf: [Int: Int]) {
    // Variables that nothing reads have no components.
    let columns = ([symmetry.processes] + symmetry.partners).filter { componentOf[$0.lowerBound] != nil }
    rows = (0..<symmetry.processes.count).map { k in columns.compactMap { componentOf[$0.lowerBound + k] } }
  }
}

/// Puts the rows of packed states in order.
struct Canon {
  private struct Block {
    var first: Int
    var rows: Int
    var columns: Int
  }

  private let blocks: [Block]
  /// Of all blocks, row by row.
  private let fields: UnsafeMutablePointer<Field>

  init(_ orbits: [Orbit], _ layout: [Field]) {
    var blocks: [Block] = []
    var all: [Field] = []
    for orbit in orbits {
      blocks.append(Block(first: all.count, rows: orbit.rows.count, columns: orbit.rows.first?.count ?? 0))
      for row in orbit.rows { all += row.map { layout[$0] } }
    }
    self.blocks = blocks
    fields = .allocate(capacity: max(1, all.count))
    fields.initialize(from: all, count: all.count)
  }

  func deallocate() { fields.deallocate() }

  @inline(__always)
  private func get(_ state: UnsafePointer<UInt64>, _ f: UnsafePointer<Field>) -> UInt64 {
    (state[f.pointee.word] &>> f.pointee.shift) & f.pointee.mask
  }

  /// Gives the state of its kind that is kept.
  func apply(_ state: UnsafeMutablePointer<UInt64>) {
    for block in blocks {
      // Few rows move, and not far: insertion.
      for i in 1..<block.rows {
        var j = i
        while j > 0, compare(state, block, j - 1, j) > 0 {
          exchange(state, block, j - 1, j)
          j -= 1
        }
      }
    }
  }

  func words(_ state: UnsafePointer<UInt64>, width: Int) -> [UInt64] {
    var words = Array(UnsafeBufferPointer(start: state, count: width))
    words.withUnsafeMutableBufferPointer { apply($0.baseAddress.unsafelyUnwrapped) }
    return words
  }

  /// Below 0, 0 or above it.
  private func compare(_ state: UnsafePointer<UInt64>, _ block: Block, _ i: Int, _ j: Int) -> Int {
    let a = fields + block.first + i * block.columns
    let b = fields + block.first + j * block.columns
    for c in 0..<block.columns {
      let (x, y) = (get(state, a + c), get(state, b + c))
      if x != y { return x < y ? -1 : 1 }
    }
    return 0
  }

  private func exchange(_ state: UnsafeMutablePointer<UInt64>, _ block: Block, _ i: Int, _ j: Int) {
    let a = fields + block.first + i * block.columns
    let b = fields + block.first + j * block.columns
    for c in 0..<block.columns {
      let difference = get(state, a + c) ^ get(state, b + c)
      state[a[c].word] ^= difference &<< a[c].shift
      state[b[c].word] ^= difference &<< b[c].shift
    }
  }

  /// Whether every exchange of elements leaves a state as it is.
  func isFixed(_ state: UnsafePointer<UInt64>) -> Bool {
    blocks.allSatisfy { block in (1..<block.rows).allSatisfy { compare(state, block, $0 - 1, $0) == 0 } }
  }

  /// How many states a kept one stands for; nil: more than 2^63.
  func represented(_ state: UnsafePointer<UInt64>) -> Int? {
    var all = 1
    for block in blocks {
      var run = 1
      // The orders of the first i + 1 rows: equal rows may change places unseen.
      for i in 1..<block.rows {
        run = compare(state, block, i - 1, i) == 0 ? run + 1 : 1
        let (product, overflow) = all.multipliedReportingOverflow(by: i + 1)
        if overflow { return nil }
        all = product / run
      }
    }
    return all
  }
}
