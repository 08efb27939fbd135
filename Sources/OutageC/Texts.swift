import OutageKit
import OutageReport

/// What `outage_…_error` gives.
enum ErrorText {
  static let none = json(.ok, limit: nil, [])

  static func status(_ refusal: Refusal) -> Status {
    refusal.isFailure ? .failed : refusal.limit == nil ? .refused : .stopped
  }

  static func json(_ refusal: Refusal) -> String { json(status(refusal), limit: refusal.limit, refusal.problems) }

  static func json(_ status: Status, limit: Limit?, _ problems: [Problem]) -> String {
    line { json in
      json.object { json in
        json.field("status", "\(status)")
        json.field("limit", limit?.name)
        json.field("amount", limit?.amount)
        json.key("problems")
        json.problems(problems)
      }
    }
  }
}

/// JSON on one line: ends of lines within texts are escaped.
func line(_ body: (inout JSONWriter) -> Void) -> String {
  var json = JSONWriter(oneLine: true)
  body(&json)
  return json.text
}

func json(_ program: Program) -> String {
  line { json in
    json.object { json in
      json.field("sound", program.isSound)
      json.field("scenario", program.scenario)
      json.names("parameters", program.parameters)
      json.names("variants", program.variants)
      json.names("properties", program.properties)
      json.field("digest", program.digest)
      json.key("problems")
      json.problems(program.problems)
    }
  }
}

func json(_ value: Value) -> String {
  line { json in json.object { json in json.members(value) } }
}

func json(_ event: Report.Event) -> String {
  line { json in
    json.object { json in
      json.field("at_ns", event.time.ns)
      json.field("kind", event.kind)
      json.field("subject", event.subject)
      json.field("text", event.text)
    }
  }
}

func json(_ sample: Simulation.Sample) -> String {
  line { json in
    json.object { json in
      json.field("at_ns", sample.time.ns)
      if let value = sample.value {
        json.members(value)
      } else {
        json.field("kind", String?.none)
        json.field("value", String?.none)
      }
    }
  }
}

func json(_ progress: Exploration.Progress) -> String {
  line { json in
    json.object { json in
      json.field("states", progress.states)
      json.field("frontier", progress.frontier)
      json.field("bytes", progress.bytes)
      json.field("depth", progress.depth)
    }
  }
}

extension Duration {
  /// Whole nanoseconds.
  var ns: Int64 {
    let (seconds, attoseconds) = components
    return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
  }
}

extension JSONWriter {
  fileprivate mutating func names(_ key: String, _ names: [String]) {
    self.key(key)
    array(names) { json, name in json.string(name) }
  }

  fileprivate mutating func problems(_ problems: [Problem]) {
    array(problems) { json, problem in
      json.object { json in
        json.field("severity", problem.severity.rawValue)
        json.field("code", problem.code)
        json.field("message", problem.message)
        json.field("help", problem.help)
        json.field("file", problem.file)
        json.field("line", problem.line)
        json.field("column", problem.column)
        json.field("text", problem.description)
      }
    }
  }

  fileprivate mutating func members(_ value: Value) {
    field("kind", value.kind)
    key("value")
    plain(value)
  }

  private mutating func plain(_ value: Value) {
    switch value {
    case .truth(let v): raw(v ? "true" : "false")
    case .count(let v): integer(v)
    case .number(let v), .rate(let v): number(v)
    case .duration(let v), .time(let v): integer(v.ns)
    case .text(let v), .choice(let v): string(v)
    case .list(let values): array(values) { json, value in json.plain(value) }
    case .record(let fields):
      object { json in
        for field in fields {
          json.key(field.name)
          json.plain(field.value)
        }
      }
    }
  }
}

extension Value {
  fileprivate var kind: String {
    switch self {
    case .truth: "truth"
    case .count: "count"
    case .number: "number"
    case .duration: "duration"
    case .rate: "rate"
    case .time: "time"
    case .text: "text"
    case .choice: "choice"
    case .list: "list"
    case .record: "record"
    }
  }
}
