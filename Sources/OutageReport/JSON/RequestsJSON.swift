import OutageEngine
import OutageModel

extension JSONWriter {
  /// Services and loads: counts, means over time, response times with their histograms.
  mutating func requests(_ responses: [ResponseTimes]) {
    key("requests")
    array(responses) { json, r in
      json.object { json in
        json.field("name", r.name)
        json.field("kind", r.kind.rawValue)
        json.field("arrived", r.arrived)
        json.field("completed", r.completed)
        json.field("failed", r.failed)
        json.field("refused", r.refused)
        json.field("dropped", r.dropped)
        json.field("expired", r.expired)
        json.field("wasted", r.wasted)
        json.field("in_hand", r.inHand)
        json.optional("utilisation", r.utilisation)
        json.handling(r.whole, isLoad: r.kind == .load)
        json.field("area_ns", r.area)
        json.field("sojourn_ns", r.sojourn)
        json.key("handlers")
        json.array(r.handlers) { json, h in
          json.object { json in
            json.field("name", h.name)
            json.field("priority", h.priority)
            json.handling(h, isLoad: false)
          }
        }
      }
    }
  }

  private mutating func handling(_ h: Handling, isLoad: Bool) {
    optional("mean_in_queue", isLoad ? nil : h.meanInQueue)
    optional("mean_in_service", isLoad ? nil : h.meanInService)
    field("mean_in_hand", h.meanInQueue + h.meanInService)
    optional("mean_waiting_ns", isLoad ? nil : h.meanWaiting)
    optional("mean_service_ns", isLoad ? nil : h.meanService)
    times(h.all)
    for (name, times) in [("ok", h.ok), ("not_ok", h.failed)] {
      key(name)
      object { json in json.times(times) }
    }
  }

  private mutating func times(_ t: Times) {
    field("count", t.count)
    field("mean_ns", t.mean)
    field("min_ns", t.min)
    for figure in Times.Figure.allCases { field("\(figure.rawValue)_ns", t[figure]) }
    key("at_least")
    array(t.atLeast) { $0.string("\($1.rawValue)_ns") }
    key("histogram")
    array(t.spread.buckets) { json, bucket in
      json.triple(bucket.low, bucket.high, bucket.count)
    }
  }

  private mutating func optional(_ name: String, _ value: Double?) {
    key(name)
    if let value { number(value) } else { null() }
  }
}
