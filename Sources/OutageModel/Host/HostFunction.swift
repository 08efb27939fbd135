// Functions that the program around the interpreter gives to a script (`extern fn`). They must be pure: the same words for
// the same arguments, on any thread, or runs no longer repeat.

import Synchronization

/// The kind of an argument or result of a host function.
public enum HostKind: String, Sendable, CaseIterable {
  case truth, count, number, duration, rate, time
}

/// A plain value as a host function takes and gives it.
public enum HostValue: Sendable, Hashable {
  case truth(Bool)
  case count(Int64)
  case number(Double)
  /// ns
  case duration(Int64)
  /// per second
  case rate(Double)
  /// ns since the start of the scenario
  case time(Int64)

  public var kind: HostKind {
    switch self {
    case .truth: .truth
    case .count: .count
    case .number: .number
    case .duration: .duration
    case .rate: .rate
    case .time: .time
    }
  }

  /// The value as a word of the machine; nil: a number that is not finite.
  var word: Int64? {
    switch self {
    case .truth(let v): v ? 1 : 0
    case .count(let v), .duration(let v), .time(let v): v
    case .number(let v), .rate(let v): v.isFinite ? Int64(bitPattern: v.bitPattern) : nil
    }
  }

  init(_ word: Int64, _ kind: HostKind) {
    let bits = Double(bitPattern: UInt64(bitPattern: word))
    self =
      switch kind {
      case .truth: .truth(word != 0)
      case .count: .count(word)
      case .number: .number(bits)
      case .duration: .duration(word)
      case .rate: .rate(bits)
      case .time: .time(word)
      }
  }
}

/// Why a host function gives no value, in words for people.
public struct HostError: Error, Sendable {
  public var reason: String
  public init(_ reason: String) { self.reason = reason }
}

/// A function that a script declares as `extern fn name(…): kind`. `body` is called from any worker thread, also several
/// at once, and must be pure.
public struct HostFunction: Sendable {
  public var name: String
  public var parameters: [HostKind]
  public var result: HostKind
  public var body: @Sendable ([HostValue]) throws -> HostValue
  /// Told the words of every failed call, on the thread of the call.
  public var onFailure: (@Sendable (_ words: String) -> Void)?

  public init(
    _ name: String, _ parameters: [HostKind], _ result: HostKind,
    body: @escaping @Sendable ([HostValue]) throws -> HostValue
  ) {
    self.name = name
    self.parameters = parameters
    self.result = result
    self.body = body
  }

  /// `capacity(count, rate): number`
  public var signature: String {
    "\(name)(\(parameters.map(\.rawValue).joined(separator: ", "))): \(result.rawValue)"
  }
}

/// The host functions of an image, by id, and the messages of calls that failed.
public final class HostTable: Sendable {
  public let functions: [HostFunction]
  private let messages = Mutex<[String]>([])
  /// More than this nobody reads: every failed call ends a run.
  private static let most = 1000

  init(_ functions: [HostFunction]) { self.functions = functions }

  /// What went wrong in the failed call number `id`.
  public func message(_ id: Int) -> String {
    messages.withLock { $0.indices.contains(id) ? $0[id] : "a function of the host failed" }
  }

  private func failed(_ function: HostFunction?, _ reason: String) -> FailedCall {
    let words = "'\(function?.name ?? "?")' failed: \(reason)"
    function?.onFailure?(words)
    let id = messages.withLock { list in
      if list.count >= Self.most { list.removeAll() }
      list.append(words)
      return list.count - 1
    }
    return FailedCall(message: id)
  }

  /// Calls a function; the number of a message when it gives no value.
  func call(_ id: Int, _ words: UnsafeMutablePointer<Int64>) -> Result<Int64, FailedCall> {
    guard functions.indices.contains(id) else { return .failure(failed(nil, "it is not given")) }
    let function = functions[id]
    do {
      let value = try function.body(function.parameters.enumerated().map { HostValue(words[$0.offset], $0.element) })
      guard value.kind == function.result else {
        return .failure(failed(function, "it gave a \(value.kind) for a \(function.result)"))
      }
      if let word = value.word { return .success(word) }
      return .failure(failed(function, "its result is not a number, or too large"))
    } catch let error as HostError {
      return .failure(failed(function, error.reason))
    } catch {
      return .failure(failed(function, "it gave no value"))
    }
  }

  struct FailedCall: Error { var message: Int }
}

extension Island {
  /// Calls host function `id`; false: it failed, its message's number is in `result`, or the run is to stop. Nobody knows
  /// how long such a call takes, so that the watch is asked after each.
  @inline(never)
  func callHost(_ id: Int, _ words: UnsafeMutablePointer<Int64>, _ result: UnsafeMutablePointer<Int64>) -> Bool {
    switch tables.host._withUnsafeGuaranteedRef({ $0.call(id, words) }) {
    case .success(let word):
      result.pointee = word
      askWhetherToStop()
      return p.pointee.trouble == 0
    case .failure(let failure):
      result.pointee = Int64(failure.message)
      return false
    }
  }
}
