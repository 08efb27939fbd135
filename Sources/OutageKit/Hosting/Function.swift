import OutageModel

/// A function that the program around a script gives to it: the script declares it as `extern fn name(…): kind`.
///
/// It must be pure, the same value for the same arguments, or runs no longer repeat. It is called from any worker thread,
/// also from several at once. One that throws ends the run with E0711 and the error's words.
public struct Function: Sendable {
  /// Kinds of arguments and results.
  public enum Kind: String, Sendable, CaseIterable { case truth, count, number, duration, rate, time }

  public var name: String
  public var parameters: [Kind]
  public var result: Kind
  public var body: @Sendable ([Value]) throws -> Value

  public init(
    _ name: String, _ parameters: [Kind], _ result: Kind, body: @escaping @Sendable ([Value]) throws -> Value
  ) {
    self.name = name
    self.parameters = parameters
    self.result = result
    self.body = body
  }

  var hosted: HostFunction {
    func kind(_ kind: Kind) -> HostKind { HostKind(rawValue: kind.rawValue) ?? .count }
    return HostFunction(name, parameters.map(kind), kind(result)) { [body] arguments in
      let value: Value
      do { value = try body(arguments.map(Value.init)) } catch { throw HostError("\(error)") }
      guard let word = HostValue(value) else { throw HostError("it gave a text, a choice, a list or a record") }
      return word
    }
  }
}

extension Value {
  init(_ value: HostValue) {
    self =
      switch value {
      case .truth(let v): .truth(v)
      case .count(let v): .count(v)
      case .number(let v): .number(v)
      case .duration(let v): .duration(.nanoseconds(v))
      case .rate(let v): .rate(v)
      case .time(let v): .time(.nanoseconds(v))
      }
  }
}

extension HostValue {
  init?(_ value: Value) {
    switch value {
    case .truth(let v): self = .truth(v)
    case .count(let v): self = .count(v)
    case .number(let v): self = .number(v)
    case .duration(let v): self = .duration(v.wholeNanoseconds)
    case .rate(let v): self = .rate(v)
    case .time(let v): self = .time(v.wholeNanoseconds)
    case .text, .choice, .list, .record: return nil
    }
  }
}
