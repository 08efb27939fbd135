import OutageEngine
import OutageKit
import OutageModel
import Testing

/// The order within an instant, for every pair of kinds of events: operators, answers and completions, time-outs and expiries,
/// new work; within a rank, the order of scheduling.
@Suite struct InstantOrderTests {
  /// What stands in docs/language.md, written out again.
  static func rank(_ kind: EventKind) -> Int {
    switch kind {
    case .act, .rateChange, .stallEnd, .slowEnd: 0
    case .answer, .done, .start: 1
    case .timeout, .expiry: 2
    case .resume, .look, .request, .underway, .renewal, .arrival, .begin, .attend: 3
    }
  }

  /// Lines of a script that make an event of this kind happen at 2 s, scheduled so many milliseconds after the start.
  struct Maker: CustomTestStringConvertible {
    var kind: EventKind
    var scheduled: Int
    var lines: (_ n: Int) -> String
    var testDescription: String { "\(kind) scheduled at \(scheduled)ms" }
  }

  /// Of everything in one island: who acts touches `seen`.
  static let idle = "seen = seen + 1"

  static func makers(_ kind: EventKind) -> [Maker] {
    func each(_ times: [Int], _ lines: @escaping (_ from: Int, _ n: Int) -> String) -> [Maker] {
      times.map { from in Maker(kind: kind, scheduled: from) { lines(from, $0) } }
    }
    switch kind {
    case .resume: return each([1, 500, 1500]) { "process p\($1) { wait \($0)ms; wait \(2000 - $0)ms; \(idle) }" }
    case .done: return each([1, 500, 1500]) { "process p\($1) { wait \($0)ms; work \(2000 - $0)ms; \(idle) }" }
    case .start:
      return each([2000]) {
        """
        service s\($1) { work 2s; \(idle) }
        process p\($1)[2] { send s\($1); \(idle) }
        """
      }
    case .answer:
      return each([1000, 1500]) {
        """
        service s\($1) { latency \(2000 - $0)ms; work 0s; \(idle) }
        process p\($1) { wait \($0 - (2000 - $0))ms; call s\($1); \(idle) }
        """
      }
    case .timeout:
      return each([1, 500, 1500]) {
        """
        service s\($1) { work 10s; \(idle) }
        process p\($1) { wait \($0)ms; call s\($1) timeout \(2000 - $0)ms else { \(idle) } }
        """
      }
    case .look:
      return each([2000]) {
        """
        var flag\($1) = 0
        process p\($1) { wait until flag\($1) > 0; \(idle) }
        process q\($1) { wait 2s; flag\($1) = 1 }
        """
      }
    case .request:
      return each([1, 500, 1500]) {
        """
        service s\($1) { latency \(2000 - $0)ms; work 10s; \(idle) }
        process p\($1) { wait \($0)ms; send s\($1); \(idle) }
        """
      }
    case .underway:
      // What another island has sent comes behind what the island itself has scheduled.
      return each([1999]) {
        """
        service s\($1) { latency \(2000 - $0)ms + uniform(0s, 9s); work 10s; \(idle) }
        process p\($1) { wait \($0)ms; send s\($1) }
        """
      }
    case .expiry:
      return each([1, 500, 1500]) {
        """
        lease l\($1) { lasts \(2000 - $0)ms }
        process p\($1) { wait \($0)ms; l\($1).acquire; \(idle) }
        """
      }
    case .renewal:
      return each([0, 1000]) {
        "lease l\($1)[1] { lasts 30s; renew every \($0 == 0 ? 9 : 1)s phase \($0 == 0 ? 2 : 1)s { \(idle); fail if false } }"
      }
    case .arrival: return each([0, 1000]) { "load l\($1) rate \($0 == 0 ? "0.5" : "1")/s even { \(idle) }" }
    case .rateChange: return each([0, 1500]) { "load l\($1) rate \"series\($0).csv\" even { \(idle) }" }
    case .stallEnd:
      return each([1, 500, 1500]) { "process p\($1) { \(idle); wait 9s }\nat \($0)ms stall p\($1) for \(2000 - $0)ms" }
    case .slowEnd:
      return each([1, 500, 1500]) {
        "process p\($1) { \(idle); wait 9s }\nat \($0)ms slow p\($1) by 2 for \(2000 - $0)ms"
      }
    case .act:
      return each([0, 1000]) { "process p\($1) { \(idle); wait 9s }\n\($0 == 0 ? "at 2s" : "every 1s") log \"act\"" }
    case .begin:
      return each([0]) {
        "service s\($1)[2] { latency 500ms; work 1s; \(idle) }\nbalancer b\($1) over s\($1) { check every 4s timeout 1s }"
      }
    case .attend:
      return each([0]) { "eventually \"e\($1)\" within 3s of 2s { seen > \($1) }\nprocess p\($1) { \(idle) }" }
    }
  }

  static func source(_ text: String) throws -> Source {
    let source = Source(name: "script.outage", text: Array(text.utf8)) { path, _ in
      .success(LoadedFile(name: path, text: Array((path == "series0.csv" ? "0,0\n2,1\n" : "0,0\n1.5,0\n2,1\n").utf8)))
    }
    if source.program == nil { throw Bench.Unreadable(description: Bench.words(source.diagnostics)) }
    return source
  }

  /// The kinds of the events at 2 s, in the order in which they are handled.
  static func kinds(_ text: String) throws -> [EventKind] {
    let run = Run(try source(text).image(), seed: 1, workers: 1, budgets: Budgets())
    var kinds: [EventKind] = []
    while let step = run.step(before: 10_000_000_000), step.time <= 2_000_000_000 {
      // The operators of an instant are one step.
      if step.time == 2_000_000_000 { kinds.append(step.kind ?? .act) }
    }
    return kinds
  }

  static let pairs: [(EventKind, EventKind)] = EventKind.allCases.flatMap { a in
    EventKind.allCases.filter { a.rawValue <= $0.rawValue }.map { (a, $0) }
  }

  @Test(arguments: pairs) func eachPairComesInItsOrder(_ a: EventKind, _ b: EventKind) throws {
    var compared = 0
    for first in Self.makers(a) {
      for second in Self.makers(b) {
        let isPlain = a != b && Self.rank(a) != Self.rank(b)
        // Of one rank, the order of scheduling decides: it is known where the times differ.
        if !isPlain && (a == b || first.scheduled == second.scheduled) { continue }
        for texts in [[first.lines(1), second.lines(2)], [second.lines(2), first.lines(1)]] {
          let text = "clock 00:00 for 10s tick 10s\nvar seen = 0\n" + texts.joined(separator: "\n")
          let kinds = try Self.kinds(text)
          let (at, other) = (kinds.firstIndex(of: a), kinds.lastIndex(of: b))
          guard let at, let other, let last = kinds.lastIndex(of: a), let begin = kinds.firstIndex(of: b) else {
            Issue.record("\(text)\n\(kinds)")
            continue
          }
          // The timeline acts before anything else.
          let isFirst =
            isPlain ? Self.rank(a) < Self.rank(b) : b != .act && (a == .act || first.scheduled < second.scheduled)
          #expect(isFirst ? last < begin : other < at, "\(text)\n\(kinds)")
          compared += 1
        }
      }
    }
    if a != b, !(Self.rank(a) == Self.rank(b) && [a, b].allSatisfy { Self.makers($0).count == 1 }) {
      #expect(compared > 0)
    }
  }

  /// What waits at an instant is handled in the order of scheduling, for two of one kind.
  @Test func twoOfOneKindComeAsTheyWereScheduled() throws {
    let run = try Bench.run(
      """
      clock 00:00 for 10s
      var turn = 0
      process late { wait 1s; wait 1s; log "late {turn}"; turn = turn + 1 }
      process early { wait 2s; log "early {turn}"; turn = turn + 1 }
      """)
    #expect(run.logs == ["early 0", "late 1"])
  }

  @Test func everyKindHasTheRankOfThePage() {
    for kind in EventKind.allCases { #expect(Int(kind.rank.rawValue) == Self.rank(kind), "\(kind)") }
  }

  // MARK: What follows from it

  /// Without a pause, with one of 0 s: new work both times, after the time-outs of the instant.
  @Test(arguments: ["retry 1", "retry 1 backoff 0s", "retry 1 backoff 0s jitter full"])
  func aRetryIsNewWork(_ retry: String) throws {
    let result = try Bench.run(
      """
      clock 00:00 for 10s tick 1s
      service q { work 10s }
      service w { servers 9; on h(who) { log "{who} at {now}" ; wait 10s } }
      process first { wait 2s; call w.h("new work") }
      process retrier { call w.h("attempt") timeout 2s \(retry) }
      """)
    #expect(
      result.logs == ["attempt at 00:00:00", "new work at 00:00:02", "attempt at 00:00:02"])
  }

  /// A request as old as its caller's time-out, when its turn comes, has expired: nobody is served in vain.
  @Test(arguments: ["", "backoff 0s"], ["expired", "hopeless"])
  func aServiceThatDropsWhatExpiredComesBack(_ pause: String, _ drop: String) throws {
    let result = try Bench.run(
      """
      clock 00:00 for 200s tick 1s
      service db { servers 1; queue fifo drop \(drop); work 1s / 300 }
      load app rate 280/s even { call db timeout 1s retry 1 \(pause) }
      at 20s { stall db for 10s }
      plot app.ok
      """)
    let ok = result.plot("app.ok")
    #expect((ok.at(199) - ok.at(99)) / 100 == 280)
  }

  static let leases = """
    clock 00:00 for 5m tick 1s
    service s { servers 10; queue fifo drop expired; work 1s }
    lease l[1_000] {
      lasts 10m
      starts lapsed
      renew every 9m phase 0s { call s timeout 40s retry forever }
    }
    plot l.active
    """

  static let processes = """
    clock 00:00 for 5m tick 1s
    service s { servers 10; queue fifo drop expired; work 1s }
    lease l[1_000] { lasts 10m }
    process p[1_000] { call s timeout 40s retry forever; l[index].acquire }
    plot l.active
    """

  @Test(arguments: [leases, processes]) func aThousandLeasesAreGrantedInAHundredTicks(_ text: String) throws {
    let result = try Bench.run(text)
    for tick in 0...100 { #expect(result.plot("l.active").at(tick) == Double(10 * tick)) }
    let s = result.service("s")
    #expect(s.completed == 1000)
    #expect(s.wasted == 0)
    #expect(s.arrived == 1000 + s.expired)
  }
}
