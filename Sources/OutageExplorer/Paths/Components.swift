/// Strongly connected components of some states, those in which a path can go round (R. Tarjan, SIAM J. Comput. 1972;
/// iterative). Each state takes 32 bytes meanwhile, and 8 afterwards.
struct Components {
  /// States of all components, one after the other, and where each begins.
  private(set) var members: [UInt32] = []
  private var begins: [UInt32] = [0]
  /// The component of each state, from 1 on; 0: none.
  private(set) var of: [UInt32]

  var count: Int { begins.count - 1 }

  func states(_ c: Int) -> ArraySlice<UInt32> { members[Int(begins[c - 1])..<Int(begins[c])] }

  /// - Parameter isToStop: asked now and then; nil when it says so.
  init?(_ edges: Edges, _ isOpen: [Bool], isToStop: () -> Bool) {
    of = [UInt32](repeating: 0, count: edges.count)
    // Numbers from 1 on; a state whose component is known has the last number there is.
    let known = UInt32.max
    var index = [UInt32](repeating: 0, count: edges.count)
    var low = [UInt32](repeating: 0, count: edges.count)
    var next = [UInt32](repeating: 0, count: edges.count)
    var stack: [UInt32] = []
    var calls: [UInt32] = []
    stack.reserveCapacity(edges.count)
    calls.reserveCapacity(edges.count)
    members.reserveCapacity(edges.count)
    var counter: UInt32 = 0
    var turns = 0
    for root in 0..<edges.count where isOpen[root] && index[root] == 0 {
      calls.append(UInt32(root))
      while let call = calls.last {
        turns &+= 1
        if turns & Search.pace == 0, isToStop() { return nil }
        let s = Int(call)
        if index[s] == 0 {
          counter += 1
          (index[s], low[s]) = (counter, counter)
          stack.append(call)
        }
        let row = edges.row(s)
        if Int(next[s]) < row.count {
          let t = Int(edges.targets[row.lowerBound + Int(next[s])])
          next[s] += 1
          if !isOpen[t] { continue }
          if index[t] == 0 {
            calls.append(UInt32(t))
          } else if index[t] != known {
            low[s] = min(low[s], index[t])
          }
          continue
        }
        calls.removeLast()
        if let parent = calls.last { low[Int(parent)] = min(low[Int(parent)], low[s]) }
        if low[s] == index[s] { close(call, &stack, &index, known, edges) }
      }
    }
  }

  /// Takes a component off the stack; it is kept if a path can stay in it.
  private mutating func close(
    _ root: UInt32, _ stack: inout [UInt32], _ index: inout [UInt32], _ known: UInt32, _ edges: Edges
  ) {
    let number = UInt32(begins.count)
    let from = members.count
    while let t = stack.popLast() {
      index[Int(t)] = known
      of[Int(t)] = number
      members.append(t)
      if t == root { break }
    }
    let isLoop = members.count > from + 1 || edges.row(Int(root)).contains { edges.targets[$0] == root }
    if isLoop {
      begins.append(UInt32(members.count))
    } else {
      of[Int(root)] = 0
      members.removeLast()
    }
  }
}
