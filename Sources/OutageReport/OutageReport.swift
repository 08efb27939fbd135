public import OutageEngine

public struct TextReport {
  public init(width: Int, color: Bool, unicode: Bool) {}
  public func render(_ r: RunResult) -> String {
    var s = r.scenario + "\n"
    for e in r.story { s += r.clock.text(e.time) + " " + e.kind.rawValue + " " + e.subject + " " + e.text + "\n" }
    for m in r.measures { s += "\(m.name) last \(m.last) mean \(m.mean) max \(m.max)\n" }
    for m in r.responses {
      s +=
        "\(m.name) arrived \(m.arrived) completed \(m.completed) failed \(m.failed) refused \(m.refused) dropped \(m.dropped) wasted \(m.wasted) in hand \(m.inHand) mean \(m.mean/1e9) p50 \(m.p50/1e9) p99 \(m.p99/1e9) \(m.area == m.sojourn)\n"
    }
    for p in r.properties { s += "\(p.outcome) \(p.kind) \(p.text): \(p.reason)\n" }
    return s
      + "events \(r.counts.events) ticks \(r.counts.ticks) islands \(r.counts.islands) bytes \(r.counts.stateBytes) \(r.end)\n"
  }
}
public func renderJSON(_ r: RunResult) -> String { "{}" }
