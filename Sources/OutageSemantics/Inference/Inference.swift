/// Types that follow from use: found by silent passes over the program until nothing changes.
struct Inference: Equatable, Sendable {
  struct HandlerKey: Hashable, Sendable {
    var node: Int
    var handler: Int
  }

  private(set) var variables: [Int: Type] = [:]
  private(set) var items: [Int: Type] = [:]
  private(set) var measures: [Int: Type] = [:]
  private(set) var limits: [Int: Type] = [:]
  private(set) var handlerLimits: [HandlerKey: Type] = [:]
  private(set) var results: [HandlerKey: Type] = [:]
  private(set) var parameters: [HandlerKey: [Type]] = [:]
  /// Something was learnt in this pass.
  var hasChanged = false
  /// What is still open is taken as a count.
  var isClosing = false

  func variable(_ node: Int) -> Type { settle(variables[node]) }
  func item(_ queue: Int) -> Type { settle(items[queue]) }
  func measure(_ id: Int) -> Type { settle(measures[id]) }
  func limit(_ node: Int) -> Type { settle(limits[node]) }
  /// nil: the handler has no limit.
  func limit(_ key: HandlerKey) -> Type? { handlerLimits[key].map(settle) }
  func result(_ key: HandlerKey) -> Type { settle(results[key]) }
  func parameter(_ key: HandlerKey, _ ordinal: Int) -> Type {
    let types = parameters[key] ?? []
    return settle(ordinal < types.count ? types[ordinal] : nil)
  }

  mutating func learn(variable node: Int, _ type: Type) { Self.join(&variables[node], type, &hasChanged) }
  mutating func learn(item queue: Int, _ type: Type) { Self.join(&items[queue], type, &hasChanged) }
  mutating func learn(measure id: Int, _ type: Type) { Self.join(&measures[id], type, &hasChanged) }
  mutating func learn(limit node: Int, _ type: Type) { Self.join(&limits[node], type, &hasChanged) }
  mutating func learn(limit key: HandlerKey, _ type: Type) { Self.join(&handlerLimits[key], type, &hasChanged) }
  mutating func learn(result key: HandlerKey, _ type: Type) { Self.join(&results[key], type, &hasChanged) }
  mutating func learn(parameter key: HandlerKey, _ ordinal: Int, of count: Int, _ type: Type) {
    guard ordinal < count else { return }
    var types: [Type?] = parameters[key] ?? Array(repeating: .unknown, count: count)
    Self.join(&types[ordinal], type, &hasChanged)
    parameters[key] = types.map { $0 ?? .unknown }
  }

  private func settle(_ type: Type?) -> Type {
    let found = type ?? .unknown
    return isClosing ? found.closed : found
  }

  /// Types that do not go together leave what was found first; the last pass reports them.
  private static func join(_ known: inout Type?, _ type: Type, _ hasChanged: inout Bool) {
    guard type != .unknown else { return }
    let joined = known.map { $0.joined(type) ?? $0 } ?? type
    if joined != known {
      known = joined
      hasChanged = true
    }
  }
}
