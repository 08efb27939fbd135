/// One row of the table: a script, what must come out, and the peers it is measured against.
struct Workload: Sendable {
  let name: String
  /// In `Workloads/`.
  let script: String
  var settings: [String] = []
  /// One run a variant; the row is their sum. nil: the script as it stands.
  var variants: [String?] = [nil]
  var arguments: [String] = []
  /// Events of the model in a run, counted as the peers count them.
  let events: @Sendable (Report) -> Double
  /// What is wrong with a run, or nil.
  let check: @Sendable (Report, _ variant: String?) -> String?
  /// What is wrong beside the reference's line of the same variant, or nil.
  var compare: @Sendable (Report, PeerLine) -> String? = { _, _ in nil }
  var rivals: [Rival] = []
  /// MiB that a run may take.
  var memory = Double.infinity
}

/// A peer of a workload. The reference is run in turns with the project, the others once.
struct Rival: Sendable {
  enum Program: String, Sendable {
    /// The C reference: one binary heap.
    case heap = "C heap"
    case heapStopped = "C heap to 1200 s"
    case ns3 = "ns-3"
    case simpy = "SimPy"
    case cimba = "cimba"
  }
  let program: Program
  /// One command a variant of the workload, or one for all.
  let arguments: [[String]]
  /// The project's events a second over the peer's: what is needed, and what is aimed at.
  let atLeast: Double
  var aim: Double?
}

/// Whether two numbers agree within a share of the second.
func isWithin(_ share: Double, _ a: Double, _ b: Double) -> Bool { abs(a - b) <= share * abs(b) }
