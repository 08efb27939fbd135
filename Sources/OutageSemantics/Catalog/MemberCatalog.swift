/// What can be read of or done to each kind of node: the one table behind the checker, completion and help.
public enum MemberCatalog {
  public static let entries: [MemberEntry] =
    plans + dns + queues + leases + services + balancers + loads + processes

  public static func entries(of kind: NodeKind) -> [MemberEntry] { byKind[kind] ?? [] }

  public static func entry(of kind: NodeKind, path: String) -> MemberEntry? {
    byPath[kind]?[path]
  }

  /// Members that count what happened: over a window they have an increase.
  public static let counts = Set(entries.filter { $0.window == .increase }.map(\.member))

  private static let byKind = Dictionary(grouping: entries, by: \.node)
  private static let byPath = byKind.mapValues { rows in
    Dictionary(rows.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private static let plans: [MemberEntry] = [
    read(.plans, .latest, .count, addsUp: false, "the newest version; 0 before the first"),
    read(.plans, .versions, .list(.count), "the versions that exist, oldest first"),
    MemberEntry(
      node: .plans, member: .has, arguments: [.type(.count)], result: .type(.truth), use: .measure,
      addsUp: false, range: nil, documentation: "whether this version exists"),
    MemberEntry(
      node: .plans, member: .add, arguments: [.addresses], result: .type(.count), use: .operation,
      addsUp: false, range: nil, documentation: "adds a plan of these addresses and returns its version"),
    MemberEntry(
      node: .plans, member: .delete, arguments: [.type(.count)], result: .type(.nothing), use: .operation,
      addsUp: false, range: nil, documentation: "deletes this version; of a missing one: nothing"),
  ]

  private static let dns: [MemberEntry] = [
    read(.dns, .version, .count, addsUp: false, "the version it points at; 0 before the first"),
    read(.dns, .addresses, .list(.address), "what it answers now, without any cache"),
    MemberEntry(
      node: .dns, member: .apply, arguments: [.type(.count)], result: .type(.nothing), use: .operation,
      addsUp: false, range: nil, documentation: "points it at this version, existing or not"),
    attribute(.dns, .ttl, .type(.duration), .timeToLive, "how long resolvers keep an answer"),
    attribute(.dns, .negative, .type(.duration), .negative, "how long resolvers keep an empty answer"),
  ]

  private static let queues: [MemberEntry] = [
    MemberEntry(
      node: .queue, member: .put, arguments: [.item], result: .type(.truth), use: .operation, addsUp: false,
      range: nil, documentation: "appends an item; false if the queue was full"),
    MemberEntry(
      node: .queue, member: .take, arguments: [], result: .item, use: .blocking, addsUp: false, range: nil,
      documentation: "waits for an item and removes it"),
    read(.queue, .length, .count, over: .mean, "how many items wait"),
    read(.queue, .oldest, .duration, "the age of the oldest item; 0s when empty"),
    operation(.queue, .clear, "removes every item"),
    attribute(.queue, .capacity, .type(.count), .capacity, "how many items may wait"),
  ]

  private static let leases: [MemberEntry] = [
    MemberEntry(
      node: .lease, member: .acquire, arguments: [], result: .type(.count), use: .blocking, addsUp: false,
      range: nil, documentation: "waits until nobody holds it, takes it and returns its token"),
    MemberEntry(
      node: .lease, member: .renew, arguments: [.optionalCount], result: .type(.truth), use: .operation,
      addsUp: false, range: nil, documentation: "begins its term anew; false if it is no longer held"),
    MemberEntry(
      node: .lease, member: .release, arguments: [.optionalCount], result: .type(.nothing), use: .operation,
      addsUp: false, range: nil, documentation: "gives it back"),
    read(
      .lease, .holder, .count, addsUp: false, "the index of the element that holds it; -1 when nobody does"),
    read(.lease, .token, .count, addsUp: false, "the number of its last acquisition"),
    read(.lease, .active, .truth, over: .mean, "whether it is held and has not expired"),
    attribute(.lease, .lasts, .type(.duration), .lasts, "its term"),
    attribute(.lease, .renewEvery, .type(.duration), .renewal, "the interval of renewal"),
  ]

  private static let services: [MemberEntry] =
    [
      read(.service, .queueLength, .count, over: .mean, "how many requests wait"),
      read(.service, .queueOldest, .duration, "the age of the oldest waiting request; 0s when none waits"),
      operation(.service, .queueClear, "removes every waiting request; their callers fail"),
      attribute(.service, .queueCapacity, .type(.count), .waitingPlaces, "how many requests may wait"),
      attribute(.service, .servers, .type(.count), .servers, "how many requests it serves at once"),
      attribute(.service, .limit, .limit, .limit, "a count: at once; a rate: admitted"),
      attribute(.service, .latency, .type(.duration), .latency, "time on the wire, each way"),
      attribute(.service, .enabled, .type(.truth), nil, "whether it takes part in routing"),
      read(.service, .busy, .count, over: .mean, "how many servers are busy"),
      read(.service, .up, .truth, "whether it runs"),
      read(.service, .arrived, .count, over: .increase, "requests that arrived since the start"),
      read(.service, .completed, .count, over: .increase, "requests that were answered since the start"),
      read(.service, .failed, .count, over: .increase, "requests that failed since the start"),
      read(.service, .refused, .count, over: .increase, "requests that were refused since the start"),
      read(.service, .dropped, .count, over: .increase, "requests that were dropped since the start"),
      read(.service, .expired, .count, over: .increase, "requests whose caller had given up before they were served"),
      read(.service, .wasted, .count, over: .increase, "requests that were served after their caller had given up"),
      windowed(.service, .utilisation, .utilisation, "busy servers over servers; over a window only"),
      windowed(.service, .failedShare, .ofEnded, "failed requests over those that failed or were answered; over a window only"),
    ] + responseTimes(.service)

  private static let balancers: [MemberEntry] = [
    attribute(.balancer, .failover, .type(.truth), nil, "whether it removes elements that fail their checks"),
    attribute(.balancer, .velocity, .type(.number), .velocity, "the share it may remove in a period"),
    attribute(.balancer, .checkEvery, .type(.duration), .check, "the interval of health checks"),
    read(.balancer, .healthy, .count, "elements that pass their checks"),
    read(.balancer, .removed, .count, "elements to which it sends nothing now"),
    read(.balancer, .up, .truth, "whether it runs"),
  ]

  private static let loads: [MemberEntry] =
    [
      attribute(.load, .rate, .type(.rate), .rate, "arrivals per second of an open load"),
      attribute(.load, .users, .type(.count), .users, "users of a closed load"),
      attribute(.load, .think, .type(.duration), .think, "pause of a user between two requests"),
      read(.load, .started, .count, over: .increase, "requests started since the start"),
      read(.load, .ok, .count, over: .increase, "requests that succeeded since the start"),
      read(.load, .failed, .count, over: .increase, "requests that failed since the start"),
      read(.load, .retries, .count, over: .increase, "attempts after the first since the start"),
      read(.load, .timeouts, .count, over: .increase, "calls that timed out since the start"),
      read(.load, .inFlight, .count, over: .mean, "requests in flight"),
      windowed(.load, .failedShare, .ofEnded, "failed requests over those that failed or succeeded; over a window only"),
    ] + responseTimes(.load)

  private static let processes: [MemberEntry] = [
    read(.process, .finished, .truth, "whether it came to its end"),
    read(.process, .up, .truth, "whether it runs: neither crashed nor stalled"),
  ]

  private static func responseTimes(_ kind: NodeKind) -> [MemberEntry] {
    [
      read(kind, .latencyMean, .duration, over: .ofEnded, "mean response time since the start, of requests that ended, well or not"),
      read(kind, .latencyP50, .duration, over: .ofEnded, "median response time since the start"),
      read(kind, .latencyP90, .duration, over: .ofEnded, "90th percentile of the response times since the start"),
      read(kind, .latencyP99, .duration, over: .ofEnded, "99th percentile of the response times since the start"),
      read(kind, .latencyP999, .duration, over: .ofEnded, "99.9th percentile of the response times since the start"),
    ]
  }

  private static func read(
    _ node: NodeKind, _ member: Member, _ type: Type, addsUp: Bool = true, over window: MemberEntry.Window? = nil,
    _ documentation: String
  ) -> MemberEntry {
    MemberEntry(
      node: node, member: member, arguments: [], result: .type(type), use: .measure,
      addsUp: addsUp && (type == .count || type == .truth), range: nil, window: window, documentation: documentation)
  }

  /// What only a window has.
  private static func windowed(
    _ node: NodeKind, _ member: Member, _ window: MemberEntry.Window, _ documentation: String
  ) -> MemberEntry {
    MemberEntry(
      node: node, member: member, arguments: [], result: .type(.number), use: .windowed, addsUp: false, range: nil,
      window: window, documentation: documentation)
  }

  private static func attribute(
    _ node: NodeKind, _ member: Member, _ result: MemberEntry.Shape, _ range: RangeRule?,
    _ documentation: String
  ) -> MemberEntry {
    MemberEntry(
      node: node, member: member, arguments: [], result: result, use: .attribute,
      addsUp: result == .type(.count) || result == .type(.truth), range: range, documentation: documentation)
  }

  private static func operation(
    _ node: NodeKind, _ member: Member, _ documentation: String
  ) -> MemberEntry {
    MemberEntry(
      node: node, member: member, arguments: [], result: .type(.nothing), use: .operation, addsUp: false,
      range: nil, documentation: documentation)
  }
}
