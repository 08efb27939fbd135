import OutageModel
import OutageSemantics
import OutageSyntax

// What a node's elements look like in memory, and the values they begin with.

extension Compiler {
  func layOut(_ n: Int, _ node: CheckedProgram.Node) throws(CompileFailure) {
    switch node.kind {
    case .variable(let type, let initial, _):
      fixedWords[n] = max(1, type.width)
      parts.nodes[n].width = Int32(fixedWords[n])
      if isMeasured(n, type) {
        parts.nodes[n].measured = Int32(fixedWords[n])
        parts.nodes[n].mode = settled.isNumber(type) ? 1 : 0
        fixedWords[n] += Measured.words
      }
      try initialValue(n, type, initial)
    case .plans: fixedWords[n] = Plans.words
    case .dns(let plans, let attributes):
      fixedWords[n] = Record.words
      parts.nodes[n].link = Int32(first[plans.node])
      parts.nodes[n].linkCount = Int32(counts[plans.node])
      var ttl: Int64 = 0
      var negative: Int64 = 0
      for a in attributes where try holds(a.condition) {
        switch a.value {
        case .ttl(let e): ttl = try settle(e)
        case .negative(let e): negative = try settle(e)
        }
      }
      begin(n, Record.ttl, ttl)
      begin(n, Record.negative, negative)
    case .queue(let item, let attributes):
      fixedWords[n] = Store.words
      parts.nodes[n].width = Int32(max(1, item.width))
      var capacity = Int64.max
      for a in attributes where try holds(a.condition) {
        switch a.value {
        case .capacity(let e): capacity = try settle(e)
        case .full(let action): parts.nodes[n].dropsWhenFull = action == .drop
        case .holds(let e):
          let held = try settle(e)
          for k in 0..<counts[n] {
            meta.begins.append(ImageMeta.Initial(element: first[n] + k, offset: 0, value: held))
          }
        }
      }
      begin(n, Store.capacity, capacity)
    case .lease(let attributes): try layOutLease(n, node, attributes)
    case .service(let service): try layOutService(n, node, service)
    case .balancer(let service, let attributes): try layOutBalancer(n, service, attributes)
    case .load(let attributes, _): try layOutLoad(n, node, attributes)
    case .process: fixedWords[n] = Active.header
    }
  }

  /// Every element of a node begins with this word.
  private func begin(_ n: Int, _ offset: Int, _ value: Int64) {
    if value == 0 { return }
    for k in 0..<counts[n] {
      meta.initials.append(ImageMeta.Initial(element: first[n] + k, offset: offset, value: value))
    }
  }

  private func initialValue(_ n: Int, _ type: Type, _ e: CheckedExpression, at offset: Int = 0)
    throws(CompileFailure)
  {
    if let fields = settled.fields(e) {
      var word = offset
      for field in fields {
        try initialValue(n, field.type, field, at: word)
        word += field.type.width
      }
      return
    }
    for k in 0..<counts[n] {
      let v = try settle(e, index: Int64(k))
      if v != 0 { meta.initials.append(.init(element: first[n] + k, offset: offset, value: v)) }
    }
  }

  private func layOutLease(
    _ n: Int, _ node: CheckedProgram.Node, _ attributes: [CheckedProgram.Conditional<CheckedProgram.LeaseAttribute>]
  ) throws(CompileFailure) {
    fixedWords[n] = Lease.words
    parts.nodes[n].shardRow = Int32(parts.nodes.count { $0.shardRow >= 0 })
    var lasts: Int64 = 300_000_000_000
    for a in attributes where try holds(a.condition) {
      switch a.value {
      case .lasts(let e): lasts = try settle(e)
      case .startsLapsed: parts.nodes[n].startsLapsed = true
      case .lapsed: continue
      case .renew(let renewal):
        let every = try settle(renewal.every)
        meta.nodeWords[n][1] = every
        if let jitter = renewal.jitter { parts.nodes[n].amount = try settle(jitter) }
        parts.nodes[n].width = renewal.origin == .answer ? 1 : 0
        switch renewal.phase {
        case .uniform: parts.nodes[n].mode = 0
        case .even: parts.nodes[n].mode = 1
        case .fixed(let e):
          parts.nodes[n].mode = 2
          parts.nodes[n].amount2 = try settle(e)
        }
      }
    }
    meta.nodeWords[n][0] = lasts
    parts.nodes[n].place = Int32(place(n, "phase"))
    _ = place(n, "jitter")
  }

  private func layOutService(_ n: Int, _ node: CheckedProgram.Node, _ service: CheckedProgram.Service)
    throws(CompileFailure)
  {
    var servers: Int64 = 1
    var capacity = Int64.max
    var limit = Int64.max
    var rate = 0.0
    var wire: Int64 = 0
    for a in service.attributes where try holds(a.condition) {
      switch a.value {
      case .servers(let e): servers = try settle(e)
      case .discipline(let d): parts.nodes[n].discipline = d == .fifo ? 0 : d == .lifo ? 1 : 2
      case .capacity(let e): capacity = try settle(e)
      case .full(let action): parts.nodes[n].dropsWhenFull = action == .drop
      case .drop(let policy): parts.nodes[n].dropPolicy = policy == .none ? 0 : policy == .expired ? 1 : 2
      case .limit(let e):
        if e.type == .rate {
          rate = try settleNumber(e)
          limit = .max
        } else {
          limit = try settle(e)
          rate = 0
        }
      case .latency(let e):
        drawnLatency[n] = try settled.value(e) == nil ? e : nil
        wire = drawnLatency[n] == nil ? try settle(e) : max(0, settled.least(e))
      }
    }
    latency[n] = wire
    // Levels of a priority queue, the lowest number first.
    var priorities: [Int64] = []
    for h in service.handlers {
      priorities.append(try h.priority.map { p throws(CompileFailure) in try settle(p) } ?? 0)
    }
    let isPriority = parts.nodes[n].discipline == 2
    let levels = isPriority ? Array(Set(priorities)).sorted() : [0]
    parts.nodes[n].mode = Int32(max(1, levels.count))
    var next = Service.levels + max(1, levels.count) * Service.levelWords
    parts.nodes[n].link = Int32(parts.handlers.count)
    parts.nodes[n].linkCount = Int32(service.handlers.count)
    var width = 0
    for (k, h) in service.handlers.enumerated() {
      var atOnce = Int64.max
      var admitted = 0.0
      if let e = h.limit {
        if e.type == .rate {
          admitted = try settleNumber(e)
        } else {
          atOnce = try settle(e)
        }
      }
      let offset = h.limit == nil ? 0 : next
      if h.limit != nil {
        begin(n, next + HandlerLimit.tokens, Settled.word(max(1, admitted)))
        begin(n, next + HandlerLimit.atOnce, atOnce)
        begin(n, next + HandlerLimit.rate, Settled.word(admitted))
        next += HandlerLimit.words
      }
      let account = next
      next += HandlerAccount.words
      let level = isPriority ? levels.firstIndex(of: priorities[k]) ?? 0 : 0
      let words = h.body.locals.prefix(h.body.parameterCount).reduce(0) { $0 + max(1, $1.type.width) }
      parts.handlers.append(
        HandlerInfo(body: 0, level: level, offset: offset, width: words, account: account))
      width = max(width, words)
    }
    parts.nodes[n].width = Int32(width)
    fixedWords[n] = next
    begin(n, Service.servers, servers)
    begin(n, Service.capacity, capacity)
    begin(n, Service.limit, limit)
    if rate > 0 {
      begin(n, Service.rate, Settled.word(rate))
      begin(n, Service.tokens, Settled.word(max(1, rate)))
    }
    if drawnLatency[n] != nil { parts.nodes[n].amount = wire }
    // Below zero: drawn for each message, and never less than this.
    begin(n, Service.latency, drawnLatency[n] == nil ? wire : ~wire)
    begin(n, Active.slowness, Settled.word(1))
    meta.handlerNames[n] = service.handlers.map(\.name)
    if isPriority { meta.handlerPriorities[n] = priorities }
  }

  /// What the check of a target takes: a body of its own.
  private static var bytesOfCheck: Int { 640 }

  private func layOutBalancer(
    _ n: Int, _ service: Int, _ attributes: [CheckedProgram.Conditional<CheckedProgram.BalancerAttribute>]
  ) throws(CompileFailure) {
    var every: Int64 = 10_000_000_000
    var timeout: Int64?
    var down: Int64 = 3
    var up: Int64 = 2
    var velocity = 1.0
    var per: Int64 = 0
    var zones: Int64 = 1
    var failover: Int64 = 1
    for a in attributes where try holds(a.condition) {
      switch a.value {
      case .check(let e, let t):
        every = try settle(e)
        if let t { timeout = try settle(t) }
      case .downAfter(let e): down = try settle(e)
      case .upAfter(let e): up = try settle(e)
      case .velocity(let e, let p):
        velocity = try settleNumber(e)
        per = try settle(p)
      case .zones(let e): zones = try settle(e)
      case .failover(let e): failover = try settle(e)
      }
    }
    bytesOfChecks += counts[service] * Self.bytesOfCheck
    if bytesOfChecks > memory {
      throw doNotFit("checks of \(counts[service]) targets", span(ofNode: n))
    }
    fixedWords[n] = Balancer.targets + counts[service] * Balancer.targetWords
    parts.nodes[n].amount = Int64(service)
    parts.nodes[n].linkCount = Int32(zones)
    begin(n, Balancer.failover, failover)
    begin(n, Balancer.velocity, Settled.word(velocity))
    begin(n, Balancer.velocityPer, per)
    begin(n, Balancer.checkEvery, every)
    begin(n, Balancer.downAfter, down)
    begin(n, Balancer.upAfter, up)
    begin(n, Balancer.checkTimeout, timeout ?? every)
  }

  private func layOutLoad(
    _ n: Int, _ node: CheckedProgram.Node, _ attributes: [CheckedProgram.Conditional<CheckedProgram.LoadAttribute>]
  ) throws(CompileFailure) {
    fixedWords[n] = Load.words
    parts.nodes[n].amount2 = -1
    var rate = 0.0
    var remaining = Int64.max
    for a in attributes where try holds(a.condition) {
      switch a.value {
      case .rate(let e): rate = try settleNumber(e)
      case .rates(let id): parts.nodes[n].amount2 = Int64(id)
      case .times(let id):
        parts.nodes[n].amount2 = Int64(id)
        parts.nodes[n].mode = 2
      case .even: parts.nodes[n].mode = 1
      case .count(let e): remaining = try settle(e)
      case .users(let e): begin(n, Load.users, try settle(e))
      // Below zero: drawn anew for each pause.
      case .think(let e): begin(n, Load.think, try settled.value(e) == nil ? -1 : try settle(e))
      case .resolvers(let e): _ = try settle(e)
      }
    }
    begin(n, Load.rate, Settled.word(rate))
    begin(n, Load.remaining, remaining)
    parts.nodes[n].place = Int32(place(n, "arrivals"))
  }
}
