/// The kinds of nodes a script can declare; the raw value is the keyword.
public enum NodeKind: String, Sendable, Hashable, CaseIterable {
  case variable = "var"
  case plans, dns, queue, lease, service, balancer, load, process

  /// "a queue", as it stands in a sentence.
  public var phrase: String {
    switch self {
    case .variable: "a variable"
    case .plans: "a plans store"
    case .dns: "a dns record"
    default: "a \(rawValue)"
    }
  }
}
