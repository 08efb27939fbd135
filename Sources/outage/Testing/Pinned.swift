import OutageKit
import OutageReport

/// What a script was found to do, in a file beside it: `lease.expected` for `lease.outage`. Each test has its line, and an
/// indented line for each property. `outage test --update` writes it; where it is, tests are compared with it.
struct Pinned {
  private static let head = "# What outage test found; outage test --update writes it anew."
  /// Without it the file was cut off.
  private static let end = "# end"

  enum Failure: Error {
    case absent
    case unreadable(String)
    case malformed(String)
    case interrupted

    /// For people; nil: there is nothing to say.
    var reason: String? {
      switch self {
      case .absent, .interrupted: nil
      case .unreadable(let reason), .malformed(let reason): reason
      }
    }
  }

  static func path(of script: String) -> String {
    (script.hasSuffix(".outage") ? String(script.dropLast(7)) : script) + ".expected"
  }

  /// Of each test: its lines.
  private var tests: [[String]] = []

  init(beside script: String) throws(Failure) {
    let bytes: [UInt8]
    if !Files.exists(Self.path(of: script)) { throw .absent }
    do { bytes = try Files.read(Self.path(of: script)) } catch {
      throw error.isInterrupted ? .interrupted : .unreadable(error.reason)
    }
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    guard lines.first == Self.head else { throw .malformed("it does not begin as outage test --update writes it") }
    guard lines.last == Self.end else { throw .malformed("its end is missing") }
    lines = Array(lines.dropFirst().dropLast())
    for line in lines {
      if !line.hasPrefix(" ") {
        tests.append([line])
      } else if tests.isEmpty {
        throw .malformed("a property stands before all tests")
      } else {
        tests[tests.count - 1].append(line)
      }
    }
  }

  /// Sets what was found beside what is pinned. Tests that are not pinned are left as they are.
  func compare(_ test: inout TestCase) {
    guard let head = test.pinHead, let old = tests.first(where: { $0[0].hasPrefix(head) }) else { return }
    if old == test.pin {
      if test.outcome == .unknown { (test.outcome, test.isUnknownAsPinned) = (.passed, true) }
      return
    }
    let gone = old.filter { !test.pin.contains($0) }
    let new = test.pin.filter { !old.contains($0) }
    test.difference = gone.isEmpty && new.isEmpty ? (old, test.pin) : (gone, new)
    if test.outcome.isPassed || test.outcome == .unknown { test.outcome = .changed }
  }

  /// nil: the script is wrong, or cannot be read; what was pinned stays.
  static func text(of script: TestedScript) -> String? {
    switch script.outcome {
    case .passed, .notSearched, .unknown, .violated, .changed: break
    case .script, .file, .fault: return nil
    }
    return ([head] + script.cases.flatMap(\.pin) + [end]).joined(separator: "\n") + "\n"
  }
}
