package import OutageEngine
import OutageReport
import OutageSyntax

/// What a run has shown until some moment.
public struct Report: Sendable {
  let result: RunResult

  package init(_ result: RunResult) { self.result = result }

  public enum Format: String, Sendable, CaseIterable { case text, json, csv }

  /// - Returns: a page for people (80 columns, no colour), the JSON of `docs/run-json.md`, or the plotted series as lines of
  ///   comma-separated values. The same bytes for the same script, parameters, seed and moves. However long that takes:
  ///   `Simulation.rendered` ends within the budgets.
  public func rendered(_ format: Format) -> String { rendered(format, Interruption()) }

  func rendered(_ format: Format, _ interruption: Interruption) -> String {
    switch format {
    case .text: TextReport(width: 80, color: false, unicode: true, interruption).render(result)
    case .json: renderJSON(result, interruption)
    case .csv: renderCSV(result, interruption)
    }
  }

  public var scenario: String { result.scenario }
  /// Simulated time that was reached.
  public var reached: Duration { .nanoseconds(result.counts.reached) }
  public var ticks: Int64 { result.counts.ticks }
  public var events: Int64 { result.counts.events }
  /// Bytes of state at the end.
  public var stateBytes: Int { Int(result.counts.stateBytes) }
  public var verdict: Verdict { Verdict(result.verdict) }

  /// What was seen of each property.
  public var properties: [Property] {
    result.properties.map {
      Property(
        name: $0.text, kind: $0.kind, verdict: Verdict($0.verdict), outcome: Verdict($0.outcome),
        at: $0.time.map { .nanoseconds($0) }, reason: $0.reason)
    }
  }

  public struct Property: Sendable, Hashable {
    public var name: String
    /// never, always, eventually, expect, recoverable, sometimes
    public var kind: String
    /// What was seen.
    public var verdict: Verdict
    /// With `meant violated` taken into account.
    public var outcome: Verdict
    /// Since the start: the first violation, or when it came true.
    public var at: Duration?
    public var reason: String
  }

  /// The story: at most some thousands of events, the first ones.
  public var story: [Event] { result.story.map(Event.init) }

  /// Plotted series.
  public var series: [Series] {
    result.series.map { s in
      Series(title: s.title, times: s.times.map { .nanoseconds($0) }, values: s.values)
    }
  }

  /// At most some thousands of samples, evenly thinned.
  public struct Series: Sendable, Hashable {
    public var title: String
    public var times: [Duration]
    /// Truths as 0 and 1, durations and times in ns, choices as ordinals.
    public var values: [Double]
  }
}

extension Report {
  /// Of a property, of a run, of a search.
  public enum Verdict: String, Sendable {
    case holds, violated, unknown

    init(_ verdict: OutageEngine.Verdict) { self = Verdict(rawValue: verdict.rawValue) ?? .unknown }
  }

  /// Something that happened: a line of the story.
  public struct Event: Sendable, Hashable {
    /// Since the start.
    public var time: Duration
    /// timeline, fault, recovery, action, rule, log, violation, reached, trouble
    public var kind: String
    public var text: String
    /// The element that acted, `enactor[0]`, or empty.
    public var subject: String

    init(_ event: StoryEvent) {
      time = .nanoseconds(event.time)
      (kind, text, subject) = (event.kind.rawValue, event.text, event.subject)
    }
  }
}
