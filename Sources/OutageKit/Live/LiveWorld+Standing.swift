public import OutageEngine
import OutageModel

extension LiveWorld {
  /// Why an element does not move: lines for people.
  public func standing(_ element: Int) -> [String] {
    let name = elementName(element, run.image)
    let view = run.world.view(of: element)
    var lines: [String] = []
    if view.isCrashed { lines.append("\(name) is crashed") }
    if view.isStalled { lines.append("\(name) is stalled since \(clock.text(view.stalledSince))") }
    if view.isDisabled { lines.append("\(name) is not enabled") }
    for frame in view.frames { lines.append("\(name) \(words(frame))") }
    if lines.isEmpty { lines.append(view.finished > 0 ? "\(name) came to its end" : "\(name) has nothing to do") }
    return lines
  }

  private func words(_ frame: FrameView) -> String {
    let place = self.place(ofStep: frame.step).map { " (\($0))" } ?? ""
    func limit(_ until: Int64) -> String { until == .max ? "" : ", until \(clock.text(until)) at most" }
    switch frame.waiting {
    case .time(let isWork, let until):
      return (isWork ? "works" : "waits") + (until == .max ? "" : " until \(clock.text(until))") + place
    case .answer(let from, let until):
      let whom = from < 0 ? "" : " from \(elementName(from, run.image))"
      return "waits for an answer\(whom)\(limit(until))\(place)"
    case .item(let of, let until):
      return "waits for \(of < 0 ? "an item" : elementName(of, run.image))\(limit(until))\(place)"
    case .condition(let until): return "waits for its condition\(limit(until))\(place)"
    case .turn: return "is about to go on\(place)"
    }
  }

  /// A line of a trace for people: `02:05:00.120  dwfm[3] arrived renew`.
  public func traceText(_ line: String) -> String {
    var fields: [(String, String)] = []
    for part in line.drop(while: { $0 == "{" }).split(separator: ",") {
      let pair = part.split(separator: ":", maxSplits: 1)
      guard pair.count == 2 else { continue }
      func bare(_ s: Substring) -> String { String(s.filter { !"\"{}\n".contains($0) }) }
      fields.append((bare(pair[0]), bare(pair[1])))
    }
    let time = fields.first { $0.0 == "t" }.flatMap { Int64($0.1) } ?? 0
    let node = fields.first { $0.0 == "node" }?.1 ?? ""
    let event = fields.first { $0.0 == "event" }?.1 ?? ""
    let rest = fields.filter { $0.0 != "t" && $0.0 != "node" && $0.0 != "event" }.map { "\($0.0) \($0.1)" }
    return ([clock.text(time) + " ", node, event] + rest).joined(separator: " ")
  }

  /// Who reaches whom.
  public var links: [(from: String, to: String, latency: Int64?)] {
    image.meta.links.map { (image.meta.nodes[$0.from].name, image.meta.nodes[$0.to].name, $0.latency) }
  }

  public var scenario: String { image.meta.scenario }
  public var parameters: [String] { image.meta.params.map(\.name) }

  public var islandsText: String { islands(image) }

  /// What can be read and is not what it was: expression, before, now. nil: interrupted.
  public func differences(since before: Moment, _ following: Following = Following()) throws(Mistake)
    -> [(line: String, before: (value: LiveValue, text: String), now: (value: LiveValue, text: String))]?
  {
    guard let other = LiveWorld(past: self, at: before, following) else { return nil }
    let lines = other.telling.filter(Set(telling).contains)
    let (old, new) = (try other.values(of: lines), try values(of: lines))
    return lines.indices.filter { old[$0] != new[$0] }.map {
      (lines[$0], (old[$0], other.writer.text(old[$0])), (new[$0], writer.text(new[$0])))
    }
  }
}

extension LiveValue {
  /// True or false, or nothing at the moment.
  public var isTruth: Bool {
    switch self {
    case .word(_, .truth), .none: true
    default: false
    }
  }

  /// The unit of a single value; nil: it is none.
  public var unit: ValueUnit? {
    guard case .word(_, let type) = self else { return nil }
    switch type {
    case .truth: return .truth
    case .count: return .count
    case .number: return .number
    case .duration: return .duration
    case .rate: return .rate
    case .time: return .time
    case .text, .address: return .text
    case .choice(let names): return .choice(names)
    case .list: return .list
    }
  }
}
