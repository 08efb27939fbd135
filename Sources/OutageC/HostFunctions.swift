// Functions of the host: a C function and its context, called with words and seen by the library as any other `Function`.

public import COutage
import OutageKit

@c @implementation public func outage_options_function(
  _ options: OpaquePointer?, _ signature: UnsafePointer<CChar>?, _ function: outage_function?,
  _ context: UnsafeMutableRawPointer?
) -> outage_status {
  guard let options = object(options, Options.self) else { return Status.refused.rawValue }
  let host = HostContext(pointer: context)
  do throws(Refusal) {
    guard let function else { throw Refusal("there is no function", help: "give one for \(text(signature))") }
    let given = try Function(signature: text(signature)) { arguments, kind in
      try call(function, host, arguments, kind)
    }
    options.functions.removeAll { $0.name == given.name }
    options.functions.append(given)
    return Status.ok.rawValue
  } catch {
    options.error.set(ErrorText.json(error))
    return Status.refused.rawValue
  }
}

/// What a function of the host says when it fails.
private struct HostFailure: Error, CustomStringConvertible {
  var description: String
}

private func call(
  _ function: outage_function, _ host: HostContext, _ arguments: [Value], _ kind: Function.Kind
) throws -> Value {
  let words = arguments.map(outage_word.init)
  var result = outage_word(integer: 0)
  var reason: UnsafePointer<CChar>?
  let status = words.withUnsafeBufferPointer { function(host.pointer, $0.baseAddress, &result, &reason) }
  if status == Status.ok.rawValue { return Value(result, kind) }
  throw HostFailure(description: reason.map { String(cString: $0) } ?? "it gave the status \(status)")
}

extension outage_word {
  init(_ value: Value) {
    switch value {
    case .truth(let v): self.init(integer: v ? 1 : 0)
    case .count(let v): self.init(integer: v)
    case .duration(let v), .time(let v): self.init(integer: v.ns)
    case .number(let v), .rate(let v): self.init(real: v)
    // No function takes these.
    case .text, .choice, .list, .record: self.init(integer: 0)
    }
  }
}

extension Value {
  init(_ word: outage_word, _ kind: Function.Kind) {
    self =
      switch kind {
      case .truth: .truth(word.integer != 0)
      case .count: .count(word.integer)
      case .number: .number(word.real)
      case .duration: .duration(.nanoseconds(word.integer))
      case .rate: .rate(word.real)
      case .time: .time(.nanoseconds(word.integer))
      }
  }
}

extension Function {
  /// - Parameter signature: `delay(count, number): duration`.
  init(
    signature: String, body: @escaping @Sendable (_ arguments: [Value], _ result: Kind) throws -> Value
  ) throws(Refusal) {
    let words = signature.filter { $0 != " " }
    guard let match = words.wholeMatch(of: /([A-Za-z_][A-Za-z_0-9]*)\(([a-z,]*)\):([a-z]+)/) else {
      throw Refusal("\(signature) is not a signature", help: "such as delay(count, number): duration")
    }
    let inner = match.2.isEmpty ? [] : match.2.split(separator: ",", omittingEmptySubsequences: false)
    var kinds: [Kind] = []
    for word in inner + [match.3] {
      guard let kind = Kind(rawValue: String(word)) else {
        throw unknown("kind", String(word), Kind.allCases.map(\.rawValue))
      }
      kinds.append(kind)
    }
    let result = kinds.removeLast()
    self.init(String(match.1), kinds, result) { try body($0, result) }
  }
}
