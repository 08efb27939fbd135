import ArgumentParser
import OutageREPL

/// The option that every command has: its work ends when a time is up.
struct TimeLimit: ParsableArguments {
  @Option(name: .customLong("max-time"), help: "Wall-clock time, such as 30s; then what was reached is told.")
  var maxTime: String?

  /// From now on.
  func begin() {
    guard let maxTime else { return }
    guard let seconds = Amount.seconds(maxTime) else {
      Console.fail(.usage, "--max-time \(maxTime)", help: "a duration, such as 30s or 5m")
    }
    Interrupt.allow(seconds: seconds)
  }

  /// As it was typed.
  var text: String { maxTime ?? "" }
}
