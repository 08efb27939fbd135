import OutageModel
import OutageSemantics
import OutageSyntax

// Places of the body that is compiled. What counts draws there, and calls, stands behind the registers of the frame.

/// Where instructions draw at one place, or call one class of handlers.
struct Uses {
  var isRepeated = false
  var at: [(pc: Int, isInC: Bool)] = []

  /// A frame passes it more than once, or may.
  var needsCount: Bool { isRepeated || at.count > 1 }
}

/// The calls of a body that may reach a handler in common.
struct CallClass {
  var id: Int
  /// They may lead back to the body itself.
  var isCyclic: Bool
}

extension Compiler {
  /// The place of an expression that draws, for the instruction that comes next. Places of one name have one stream, whatever
  /// arguments their distributions have.
  func place(of e: CheckedExpression, arguments: (Int64, Int64) = (0, 0)) -> Int {
    let place = use(body.names?.draws[e.drawn] ?? .init(name: "draw \(e.drawn)", isRepeated: true))
    parts.places[place].arguments = arguments
    return place
  }

  /// The place of what a statement draws that nobody wrote; the instruction keeps the count in its field c, if `isInC`.
  func place(_ role: PlaceNames.Role, of span: Span, isInC: Bool = false) -> Int {
    use(spot(role, span), isInC: isInC)
  }

  /// A place that is drawn from under the count of another one: the next in the table.
  func placeBeside(_ role: PlaceNames.Role, of span: Span) { named(spot(role, span).name) }

  private func spot(_ role: PlaceNames.Role, _ span: Span) -> PlaceNames.Spot {
    body.names?.acts[.init(span: span, role: role)] ?? .init(name: role.rawValue, isRepeated: true)
  }

  private func use(_ spot: PlaceNames.Spot, isInC: Bool = false) -> Int {
    var uses = body.draws[spot.name] ?? Uses()
    uses.isRepeated = uses.isRepeated || spot.isRepeated
    uses.at.append((code.code.count, isInC))
    body.draws[spot.name] = uses
    named(spot.name)
    return parts.places.count - 1
  }

  private func named(_ name: String) { parts.places.append(PlaceInfo(key: hash("\(body.name) / \(name)"))) }

  /// The place of what a node draws itself.
  func place(_ n: Int, _ role: String) -> Int {
    parts.places.append(PlaceInfo(key: hash("\(name(n)) / \(role)")))
    return parts.places.count - 1
  }

  /// The class of a call, for the instruction that comes next: a bit of its constant.
  func callClass(_ target: CheckedTarget) -> Int64 {
    let found = body.classes[target.span] ?? CallClass(id: -1, isCyclic: body.kind == .handler)
    let isRepeated = body.names?.calls[target.span]?.isRepeated ?? true
    useClass(found.id, isRepeated: isRepeated || found.isCyclic)
    return found.isCyclic ? Instruction.cyclic : 0
  }

  func useClass(_ id: Int, isRepeated: Bool) {
    var uses = body.calls[id] ?? Uses()
    uses.isRepeated = uses.isRepeated || isRepeated
    uses.at.append((code.code.count, false))
    body.calls[id] = uses
  }

  /// Words that count come behind the registers; in a body that has no room for all of them the last ones share one.
  func placeCounts(_ info: inout BodyInfo) throws(CompileFailure) {
    let draws = body.draws.sorted { $0.key < $1.key }.map(\.value)
    let counted = (draws + body.calls.sorted { $0.key < $1.key }.map(\.value)).filter(\.needsCount)
    let from = Frame.header + body.most
    let room = Self.mostFrameWords - from
    if room < 0 || room == 0 && !counted.isEmpty {
      throw CompileFailure(
        "E0606", "this body needs more than 240 values at once", span(ofNode: body.node),
        help: "split it into several handlers or processes")
    }
    for (k, uses) in counted.enumerated() {
      let word = from + min(k, room - 1)
      for use in uses.at {
        if use.isInC {
          code.code[use.pc].c = UInt16(word)
        } else {
          code.code[use.pc].imm |= Int64(word) << Int64(Instruction.slotShift)
        }
      }
    }
    info.countsFrom = Int32(from)
    info.countsCount = Int32(min(counted.count, room))
    info.frameWords = Int32(from) + info.countsCount
  }

  private static var mostFrameWords: Int { 251 }

  /// FNV-1a.
  func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  // MARK: Names of bodies

  /// A body is known by what it belongs to.
  func bodyName(_ n: Int, _ handler: String = "") -> String {
    let kind =
      switch program.nodes[n].kind {
      case .process: "process"
      case .service: "service"
      case .lease: "lease"
      case .load: "load"
      case .balancer: "balancer"
      case .variable, .plans, .dns, .queue: "node"
      }
    return "\(kind) \(name(n))" + (handler.isEmpty ? "" : ".\(handler)")
  }

  /// Entries of the timeline are known by the words they begin with, and by the ordinal among those that begin alike.
  func nameEntries() -> [String] {
    var ordinals: [String: Int] = [:]
    return program.timeline.map { entry in
      let head =
        switch entry.kind {
        case .at(let e): "at \(spelling(e.span))"
        case .every(let e): "every \(spelling(e.span))"
        case .when(let e, let hold): "when \(spelling(e.span))" + (hold.map { " for \(spelling($0.span))" } ?? "")
        }
      ordinals[head, default: 0] += 1
      return "\(head) \(ordinals[head, default: 0])"
    }
  }

  private func spelling(_ span: Span) -> String {
    guard files.indices.contains(Int(span.file)), span.start <= span.end else { return "" }
    return files[Int(span.file)].spelling(Int(span.start)..<Int(span.end))
  }
}
