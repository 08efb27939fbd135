public import OutageEngine
public import OutageSyntax

/// The result of a run as one JSON object, as docs/run-json.md defines it: the same facts as the text.
/// - Parameter interruption: asked meanwhile whether it is still wanted; what was interrupted is of no use.
public func renderJSON(_ result: RunResult, _ interruption: Interruption = Interruption()) -> String {
  var json = JSONWriter(interruption)
  json.object { json in
    json.field("schema", "outage.run/1")
    json.field("scenario", result.scenario)
    json.clock(result.clock)
    json.end(result)
    json.field("verdict", result.verdict.rawValue)
    json.properties(result)
    json.story(result)
    json.measures(result.measures)
    json.requests(result.responses)
    json.series(result.series)
    json.counts(result.counts)
    json.manifest(result.manifest)
  }
  return json.text + "\n"
}

extension JSONWriter {
  fileprivate mutating func clock(_ clock: ClockFace) {
    key("clock")
    object { json in
      json.field("is_written", clock.isWritten)
      json.field("date", clock.date(of: 0))
      json.field("start_ns", clock.start)
      json.field("zone", clock.zone)
      json.field("duration_ns", clock.duration)
      json.field("tick_ns", clock.tick)
      json.field("warmup_ns", clock.warmUp)
    }
  }

  fileprivate mutating func end(_ result: RunResult) {
    key("end")
    object { json in
      var limit: (what: String, value: String)?
      var failure: RuntimeFailure?
      var time = result.counts.reached
      switch result.end {
      case .reachedEnd: json.field("kind", "reached_end")
      case .stoppedAt(let at):
        json.field("kind", "stopped")
        time = at
      case .violated(let at):
        json.field("kind", "violated")
        time = at
      case .budget(let what, let value, let at):
        json.field("kind", "budget")
        (limit, time) = ((what, value), at)
      case .interrupted(let at):
        json.field("kind", "interrupted")
        time = at
      case .failed(let f):
        json.field("kind", "failed")
        (failure, time) = (f, f.time)
      }
      json.moment(time, result.clock)
      json.field("budget", limit?.what)
      json.field("limit", limit?.value)
      json.field("code", failure?.code)
      json.field("message", failure?.message)
      json.field("subject", failure?.subject)
    }
  }

  /// A time as nanoseconds since the start and as people read it.
  fileprivate mutating func moment(_ time: Int64?, _ clock: ClockFace) {
    field("at_ns", time)
    field("at", time.map(clock.text))
  }

  fileprivate mutating func properties(_ result: RunResult) {
    key("properties")
    array(result.properties) { json, p in
      json.object { json in
        json.field("text", p.text)
        json.field("kind", p.kind)
        json.field("verdict", p.verdict.rawValue)
        json.field("meant_violated", p.isMeantViolated)
        json.field("outcome", p.outcome.rawValue)
        json.moment(p.time, result.clock)
        json.field("came_true_ns", p.cameTrue)
        json.field("missed_by_ns", p.missedBy)
        json.field("reason", p.reason)
        json.field("line", p.line)
        json.field("condition", p.condition)
      }
    }
  }

  fileprivate mutating func story(_ result: RunResult) {
    key("story")
    array(result.story) { json, event in
      json.object { json in
        json.moment(event.time, result.clock)
        json.field("kind", event.kind.rawValue)
        json.field("subject", event.subject)
        json.field("text", event.text)
      }
    }
    field("story_left_out", result.leftOut.total)
    counts("story_left_out_by_kind", result.leftOut)
    counts("story_quiet", result.quiet)
  }

  private mutating func counts(_ name: String, _ counts: StoryCounts) {
    key(name)
    object { json in
      for act in StoryAct.allCases where counts[act] > 0 { json.field(act.word, counts[act]) }
    }
  }

  fileprivate mutating func measures(_ measures: [MeasureResult]) {
    key("measures")
    array(measures) { json, m in
      json.object { json in
        json.field("name", m.name)
        json.unit(m.unit)
        json.field("last", m.last)
        json.field("min", m.min)
        json.field("mean", m.mean)
        let quantiles = m.quantiles([0.5, 0.9, 0.99, 0.999])
        for (name, value) in zip(["p50", "p90", "p99", "p99_9"], quantiles) { json.field(name, value) }
        json.field("max", m.max)
        json.field("mean_of", m.meanOf.rawValue)
        json.field("samples", m.count)
      }
    }
  }

  fileprivate mutating func unit(_ unit: ValueUnit) {
    switch unit {
    case .choice(let names):
      field("unit", unit.word)
      key("choices")
      array(names) { $0.string($1) }
    default:
      field("unit", unit.word)
      key("choices")
      null()
    }
  }

  fileprivate mutating func series(_ series: [Series]) {
    key("series")
    array(series) { json, s in
      json.object { json in
        json.field("title", s.title)
        json.unit(s.unit)
        json.key("times_ns")
        json.array(s.times) { $0.integer($1) }
        json.key("values")
        json.array(s.values) { $0.number($1) }
      }
    }
  }

  fileprivate mutating func counts(_ c: RunCounts) {
    key("counts")
    object { json in
      json.field("events", c.events)
      json.field("ticks", c.ticks)
      json.field("islands", c.islands)
      json.field("elements", c.elements)
      json.field("state_bytes", c.stateBytes)
      json.field("reached_ns", c.reached)
    }
  }

  fileprivate mutating func manifest(_ m: Manifest) {
    key("manifest")
    object { json in
      json.field("version", m.version)
      json.field("source", m.sourceHash)
      json.key("parameters")
      json.object { json in for p in m.parameters { json.field(p.name, p.value) } }
      json.field("variant", m.variant)
      json.key("seed")
      json.raw(String(m.seed))
      json.field("state", m.digest)
    }
  }
}
