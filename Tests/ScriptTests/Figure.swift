import OutageEngine

/// One number or verdict of a run, as the table of figures writes it.
struct Figure {
  var text: String

  /// `clients.completed`, `dwfm.wasted`, or the text of a property in quotes.
  init?(_ name: String, of result: RunResult) {
    if name.hasPrefix("\"") {
      guard let p = result.properties.first(where: { "\"\($0.text)\"" == name }) else { return nil }
      text = p.time == nil ? p.verdict.rawValue : "\(p.verdict.rawValue) \(p.reason)"
      return
    }
    let parts = name.split(separator: ".").map(String.init)
    guard parts.count == 2, let r = result.responses.first(where: { $0.name == parts[0] }) else { return nil }
    switch parts[1] {
    case "arrived": text = "\(r.arrived)"
    case "completed": text = "\(r.completed)"
    case "failed": text = "\(r.failed)"
    case "refused": text = "\(r.refused)"
    case "dropped": text = "\(r.dropped)"
    case "wasted": text = "\(r.wasted)"
    case "in_hand": text = "\(r.inHand)"
    default: return nil
    }
  }
}
