import OutageKit

/// A refusal of a name that is none of those known.
func unknown(_ what: String, _ name: String, _ known: [String]) -> Refusal {
  Refusal("there is no \(what) \(name)", help: "there are: " + known.joined(separator: ", "))
}

extension Options {
  static let names = [
    "variant", "seed", "workers", "property", "symmetry", "partial_order", "ticks", "events", "bytes", "states",
    "wall_time", "source_bytes", "nesting",
  ]

  /// Sets an option by the name that the header gives it.
  func set(_ name: String, _ value: String) throws(Refusal) {
    switch name {
    case "variant": variant = value
    case "seed":
      guard let number = UInt64(value) else { throw Self.wrong(name, value, 0, .max) }
      seed = number
    case "workers": workers = Int(try Self.number(name, value, 1, 1024))
    case "property": properties.append(value)
    case "symmetry": usesSymmetry = try Self.number(name, value, 0, 1) == 1
    case "partial_order": usesPartialOrder = try Self.number(name, value, 0, 1) == 1
    case "states": states = Int(try Self.number(name, value, 1, .max))
    case "wall_time": wallTime = .nanoseconds(try Self.number(name, value, 1, .max))
    case "source_bytes": limits.bytes = Int(try Self.number(name, value, 0, Int64(SourceLimits().bytes)))
    case "nesting": limits.nesting = Int(try Self.number(name, value, 1, Int64(SourceLimits().nesting)))
    default: if !(try budgets.set(name, value)) { throw unknown("option", name, Self.names) }
    }
  }

  static func number(_ name: String, _ value: String, _ least: Int64, _ most: Int64) throws(Refusal) -> Int64 {
    guard let number = Int64(value), (least...most).contains(number) else { throw wrong(name, value, least, most) }
    return number
  }

  private static func wrong(_ name: String, _ value: String, _ least: Int64, _ most: Int64) -> Refusal {
    Refusal(
      "\(name) cannot be \(value)",
      help: most == .max ? "a whole number, at least \(least)" : "from \(least) to \(most)")
  }
}

extension Simulation.Budgets {
  /// Sets a budget by its name in the header; false: there is none of that name.
  mutating func set(_ name: String, _ value: String) throws(Refusal) -> Bool {
    switch name {
    case "ticks": ticks = try Options.number(name, value, 0, .max)
    case "events": events = try Options.number(name, value, 1, .max)
    case "bytes": bytes = Int(try Options.number(name, value, 1 << 16, .max))
    default: return false
    }
    return true
  }
}
