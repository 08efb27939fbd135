import OutageModel

// What a body may read and change from each of its instructions on. Registers are followed as far as they hold the same
// number, or elements of the same node, on every path from the body's start (G. A. Kildall, POPL 1973): so `fork[index]`
// is one element, and `fork[k]` all of them. What is not understood touches everything.

/// What a register holds whenever an instruction is reached.
private enum Value: Equatable {
  case unknown
  case number(Int64)
  /// One of these elements
  case elements(ClosedRange<Int>)

  func joined(_ other: Value) -> Value { self == other ? self : .unknown }
}

struct BodyFootprints {
  private let image: Image
  private let code: UnsafePointer<Instruction>
  private let components: [Int: Int]
  private let componentCount: Int
  private let places: Range<Int>
  /// Of all handlers, and of the places for requests.
  private(set) var calls: Footprint
  /// Words of registers and sets that may still be gone through; what is left then touches everything.
  private var work = 200_000_000

  init(_ graph: Graph) {
    image = graph.image
    code = image.tables.code
    components = graph.componentOf
    componentCount = graph.elements.count
    places = graph.stepper.processes.count..<graph.activities
    calls = Footprint(components: componentCount)
    for place in places { calls.use(place) }
    if places.isEmpty { return }
    // Whom a service admits, where steps change that.
    for (e, c) in components where image.tables.nodes[Int(image.tables.elementNode[e])].kind == .service {
      calls.read(c)
    }
    // What a handler calls is among them.
    for n in 0..<image.tables.nodeCount where image.tables.nodes[n].kind == .service {
      let node = image.tables.nodes[n]
      for handler in Int(node.link)..<Int(node.link + node.linkCount) {
        let body = Int(image.tables.handlers[handler].body)
        let elements = Int(node.first)...max(Int(node.first), Int(node.first + node.count) - 1)
        calls.add(from(body, own: elements).atStart)
      }
    }
  }

  /// By instruction, from `first` on; where there is none, everything may be touched.
  struct OfBody {
    let start: Int
    let first: Int
    let footprints: [Footprint?]
    let everything: Footprint

    subscript(pc: Int) -> Footprint {
      let k = pc - first
      return footprints.indices.contains(k) ? footprints[k] ?? everything : everything
    }

    var atStart: Footprint { self[start] }
  }

  /// - Parameter own: the element whose body it is, or all that it may be.
  mutating func from(_ body: Int, own: ClosedRange<Int>) -> OfBody {
    let everything = Footprint.everything(components: componentCount)
    let start = Int(image.tables.bodies[body].start)
    guard let reached = follow(body, own), let first = reached.keys.min(), let last = reached.keys.max() else {
      return OfBody(start: start, first: start, footprints: [], everything: everything)
    }
    var footprints = [Footprint?](repeating: nil, count: last - first + 1)
    let order = reached.keys.sorted(by: >)
    for pc in order { if let registers = reached[pc] { footprints[pc - first] = footprint(code[pc], registers) } }
    var grew = true
    while grew {
      grew = false
      work -= order.count * (componentCount / 32 + 1)
      if work < 0 { return OfBody(start: start, first: start, footprints: [], everything: everything) }
      for pc in order {
        for next in successors(pc, reached[pc] ?? []) {
          guard let later = footprints[next - first] else { continue }
          if footprints[pc - first]?.add(later) ?? false { grew = true }
        }
      }
    }
    return OfBody(start: start, first: first, footprints: footprints, everything: everything)
  }

  // MARK: Registers

  /// What registers hold at each instruction that can be reached; nil when that is too much to find out.
  private mutating func follow(_ body: Int, _ own: ClosedRange<Int>) -> [Int: [Value]]? {
    let info = image.tables.bodies[body]
    let count = Int(info.frameWords) - Frame.header
    var at: [Int: [Value]] = [Int(info.start): [Value](repeating: .unknown, count: count)]
    var todo = [Int(info.start)]
    while let pc = todo.popLast(), let before = at[pc] {
      work -= count + 1
      if work < 0 { return nil }
      let after = self.after(code[pc], before, own)
      for next in successors(pc, before) {
        guard let known = at[next] else {
          at[next] = after
          todo.append(next)
          continue
        }
        let joined = zip(known, after).map { $0.joined($1) }
        if joined != known {
          at[next] = joined
          todo.append(next)
        }
      }
    }
    return at
  }

  private func successors(_ pc: Int, _ registers: [Value]) -> [Int] {
    let i = code[pc]
    // A branch that is decided goes one way.
    if i.op == .jumpIf || i.op == .jumpUnless, case .number(let n) = registers[Int(i.a)] {
      return (n != 0) == (i.op == .jumpIf) ? [Int(i.imm)] : [pc + 1]
    }
    return i.successors(at: pc)
  }

  private func after(_ i: Instruction, _ before: [Value], _ own: ClosedRange<Int>) -> [Value] {
    var after = before
    for (first, count) in i.defines { for k in first..<(first + count) { after[k] = .unknown } }
    if i.op == .listAppend { after[Int(i.a)] = .unknown }
    if let value = value(i, before, own) { after[Int(i.a)] = value }
    return after
  }

  /// What comes to register `a`, where that is known.
  private func value(_ i: Instruction, _ r: [Value], _ own: ClosedRange<Int>) -> Value? {
    switch i.op {
    case .const: return .number(i.imm)
    case .move: return r[Int(i.b)]
    case .own: return .elements(own)
    case .index:
      if own.count > 1 { return nil }
      let node = image.tables.nodes[Int(image.tables.elementNode[own.lowerBound])]
      return .number(Int64(own.lowerBound - Int(node.first)))
    case .element:
      let (base, count) = (Int(i.imm & 0xFFFF_FFFF), Int(i.imm >> 32))
      if case .number(let k) = r[Int(i.b)], k >= 0, k < Int64(count) {
        return .elements(base + Int(k)...base + Int(k))
      }
      return count > 0 ? .elements(base...base + count - 1) : nil
    case .addConst:
      guard case .number(let b) = r[Int(i.b)] else { return nil }
      return .number(b &+ i.imm)
    case .not:
      guard case .number(let b) = r[Int(i.b)] else { return nil }
      return .number(b ^ 1)
    case .addCount, .subtractCount, .multiplyCount, .moduloCount, .equal, .notEqual, .less, .lessOrEqual, .minCount,
      .maxCount:
      guard case .number(let b) = r[Int(i.b)], case .number(let c) = r[Int(i.c)] else { return nil }
      return folded(i.op, b, c).map { .number($0) }
    default: return nil
    }
  }

  private func folded(_ op: Operation, _ b: Int64, _ c: Int64) -> Int64? {
    func exact(_ result: (Int64, Bool)) -> Int64? { result.1 ? nil : result.0 }
    switch op {
    case .addCount: return exact(b.addingReportingOverflow(c))
    case .subtractCount: return exact(b.subtractingReportingOverflow(c))
    case .multiplyCount: return exact(b.multipliedReportingOverflow(by: c))
    case .moduloCount:
      if c == 0 || c == -1 { return nil }
      let m = b % c
      return m != 0 && (m < 0) != (c < 0) ? m + c : m
    case .equal: return b == c ? 1 : 0
    case .notEqual: return b != c ? 1 : 0
    case .less: return b < c ? 1 : 0
    case .lessOrEqual: return b <= c ? 1 : 0
    case .minCount: return min(b, c)
    case .maxCount: return max(b, c)
    default: return nil
    }
  }

  // MARK: One instruction

  private func footprint(_ i: Instruction, _ r: [Value]) -> Footprint {
    var out = Footprint(components: componentCount)
    switch i.op {
    case .load, .read: return touching(r[Int(i.b)]) { out, c in out.read(c) }
    case .store: return touching(r[Int(i.b)]) { out, c in out.write(c) }
    case .readAll:
      let node = image.tables.nodes[Int(i.imm)]
      for e in Int(node.first)..<Int(node.first + node.count) { if let c = components[e] { out.read(c) } }
      return out
    case .take: return touching(r[Int(i.b)]) { out, c in out.use(c) }
    case .operate:
      switch MemberCode(rawValue: i.x) {
      case .has, .versions: return touching(r[Int(i.b)]) { out, c in out.read(c) }
      case .addresses: return resolving(r[Int(i.b)])
      case .add, .delete, .apply, .put, .clear, .renew, .release: return touching(r[Int(i.b)]) { out, c in out.use(c) }
      default: return .everything(components: componentCount)
      }
    case .resolve: return resolving(r[Int(i.b)])
    case .call, .send: return calls
    // Who is switched off is passed over.
    case .route: return calls
    case .pick: return image.tables.nodes[Int(i.imm & 0xFFFF_FFFF)].isAssigned ? calls : out
    case .loadAt, .assign, .measure, .window, .stuck: return .everything(components: componentCount)
    default: return out
    }
  }

  private func touching(_ elements: Value, _ touch: (inout Footprint, Int) -> Void) -> Footprint {
    var out = Footprint(components: componentCount)
    let all: ClosedRange<Int>
    switch elements {
    case .unknown: return .everything(components: componentCount)
    case .number(let e): all = Int(e)...Int(e)
    case .elements(let range): all = range
    }
    for e in all { if let c = components[e] { touch(&out, c) } }
    return out
  }

  /// A record is read, and the plans that it points into.
  private func resolving(_ records: Value) -> Footprint {
    guard case .elements(let all) = records else {
      guard case .number(let e) = records else { return .everything(components: componentCount) }
      return resolving(.elements(Int(e)...Int(e)))
    }
    var out = touching(records) { out, c in out.read(c) }
    for e in all {
      let node = image.tables.nodes[Int(image.tables.elementNode[e])]
      if node.kind != .dns { return .everything(components: componentCount) }
      let plans = Int(node.link) + (node.linkCount > 1 ? e - Int(node.first) : 0)
      if let c = components[plans] { out.read(c) }
    }
    return out
  }
}
