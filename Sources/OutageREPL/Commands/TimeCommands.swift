import OutageEngine
import OutageKit

extension CommandTable {
  static var time: [Command] {
    [
      Command(
        "step", aliases: ["s"], .time, form: "[n]", "Go on by n ticks.",
        details: "A tick is the step at which the world is looked at.", example: ":step 60", changes: true
      ) { session, text throws(Complaint) in try session.step(text) },
      Command(
        "event", aliases: ["e"], .time, form: "[n]", "Handle n events, one by one.",
        details: "All operators of one instant count as one event.", example: ":event 3", changes: true
      ) { session, text throws(Complaint) in try session.event(text) },
      Command(
        "run", aliases: ["r"], .time, form: "[until TIME|EXPR]",
        "Run to a time, until an expression is true, or to the end.",
        details: "Stops at breaks and watches. Ctrl-C stops it at the next tick.", example: ":run until 02:25",
        argument: .expression, changes: true
      ) { session, text throws(Complaint) in try session.runOn(text) },
      Command(
        "goto", aliases: ["g"], .time, form: "TIME", "Go to a time, back or forth, without stopping at breaks.",
        example: ":goto 02:25", changes: true
      ) { session, text throws(Complaint) in try session.goTo(text) },
      Command(
        "back", aliases: ["b"], .time, form: "[n] | until EXPR",
        "Go back by n ticks, or to the last tick at which EXPR was true.",
        details:
          "Going forward again gives the same bytes, with everything that was done by hand. Snapshots on the way take at most "
          + "1 GiB, so that the largest script of the library, `us-east-1.outage`, stays under 1.5 GiB in all; near the "
          + "present they lie so close that a step back takes less than 200 ms of processor time there.",
        example: ":back until queue.length == 0", argument: .expression, changes: true
      ) { session, text throws(Complaint) in try session.back(text) },
      Command(
        "reset", .time, form: "[--set NAME=VALUE …]", "Begin again; acts are forgotten, items stay.",
        details: "Items that were typed later are there from the start.", example: ":reset --set fix=cas",
        argument: .parameter, changes: true
      ) { session, text throws(Complaint) in try session.reset(text) },
    ]
  }
}

extension Session {
  func step(_ text: String) throws(Complaint) {
    let n = try count(text)
    try move { world.run(until: .max, stops: liveStops, looks: n, $0) }
  }

  func event(_ text: String) throws(Complaint) {
    let n = try count(text)
    let start = world.moment
    defer { if start != world.moment { before = start } }
    for _ in 0..<n {
      let (step, end) = world.event(following)
      if let step { say("\(world.clock.text(step.time))  \(world.describe(step))") }
      if let end { return try move { _ in end } }
      if host.isInterrupted() { return try move { _ in .interrupted } }
    }
    return try move { _ in .there }
  }

  func runOn(_ text: String) throws(Complaint) {
    if text.isEmpty { return try move { world.run(until: .max, stops: liveStops, $0) } }
    guard text.hasPrefix("until "), case let goal = trim(String(text.dropFirst(6))), !goal.isEmpty else {
      throw Complaint(":run \(text)", help: "write :run until 02:25, or :run until queue.length > 100")
    }
    if let time = world.instant(goal) {
      try requireWithin(time, goal)
      if time <= world.run.reached {
        throw Complaint("it is \(world.clock.text(world.now)) already", help: ":goto \(goal) goes back")
      }
      return try move { world.run(until: time, stops: liveStops, $0) }
    }
    try truth(goal)
    try watching(goal) { lookout throws(Complaint) in
      try move { world.run(until: .max, goal: lookout, stops: liveStops, $0) }
      if !world.sight(lookout).isTrue, world.isOver { say("\(goal) did not come true") }
    }
  }

  func goTo(_ text: String) throws(Complaint) {
    if text.isEmpty { throw Complaint("where to?", help: ":goto 02:25") }
    let time = try time(text)
    try requireWithin(time, text)
    // in range: a scenario lasts some time
    let last = (world.clock.duration - 1) / world.clock.tick + 1
    try move { world.go(to: Moment(ticks: time == world.clock.duration ? last : time / world.clock.tick), $0) }
  }

  private func requireWithin(_ time: Int64, _ text: String) throws(Complaint) {
    if 0...world.clock.duration ~= time { return }
    throw Complaint(
      "\(text) is not in the scenario",
      help: "from \(world.clock.text(0)) to \(world.clock.text(world.clock.duration))")
  }

  func back(_ text: String) throws(Complaint) {
    if text.hasPrefix("until ") {
      let goal = trim(String(text.dropFirst(6)))
      try truth(goal)
      return try watching(goal) { lookout throws(Complaint) in
        try move { world.back(until: lookout, $0) }
        if !world.sight(lookout).isTrue, interruptedAt == nil { say("\(goal) was never true before") }
      }
    }
    let n = try count(text)
    let now = world.moment
    if now == .start { throw Complaint("the world stands at its start") }
    // Between ticks the first step back leads to the tick before.
    let ticks = now.events > 0 ? now.ticks - n + 1 : now.ticks - n
    try move { world.go(to: Moment(ticks: max(0, ticks)), $0) }
  }

  /// An expression that can be true.
  func truth(_ text: String) throws(Complaint) {
    let value: LiveValue
    do { value = try world.value(of: text) } catch { throw Complaint(error) }
    if !value.isTruth { throw Complaint("\(text) is not a truth", help: "such as queue.length > 100") }
  }

  func reset(_ text: String) throws(Complaint) {
    var settings = world.options.settings
    var rest = text
    while !rest.isEmpty {
      guard rest.hasPrefix("--set ") else { throw Complaint(":reset \(text)", help: ":reset --set name=value") }
      let parts = trim(String(rest.dropFirst(6))).split(separator: " ", maxSplits: 1)
      let setting = parts.first.map { String($0) } ?? ""
      rest = parts.count > 1 ? trim(String(parts[1])) : ""
      guard let equal = setting.firstIndex(of: "="), equal != setting.startIndex else {
        throw Complaint("--set \(setting)", help: "write --set name=value")
      }
      let name = String(setting[..<equal])
      settings.removeAll { $0.0 == name }
      settings.append((name, String(setting[setting.index(after: equal)...])))
    }
    var options = world.options
    options.settings = settings
    try replace { () throws(RunProblem) in try LiveWorld(again: world, options, keeping: .items) }
    stand()
  }

  /// Another world takes the place of the present one; stops stay.
  func replace(_ make: () throws(RunProblem) -> LiveWorld) throws(Complaint) {
    let new: LiveWorld
    try goOn()
    do { new = try make() } catch { throw Complaint(error, world.files) }
    try goOn()
    world = new
    before = nil
    told = 0
    restoreStops()
    sayLost()
  }

  /// Ctrl-C while a script is read and a world is made leaves the world as it is.
  func goOn() throws(Complaint) {
    if host.isInterrupted() { throw Complaint("interrupted; the world is as it was before", kind: .limit) }
  }

  /// Lookouts of a new world for the stops that there are.
  func restoreStops() {
    for k in stops.indices {
      guard case .lookout(let stop) = stops[k].target else { continue }
      if case .success(let lookout) = world.watch(stops[k].text) {
        stops[k].target = .lookout(Stop(number: stop.number, kind: stop.kind, lookout: lookout))
      } else {
        say("stop \(stops[k].number) means nothing any more: \(stops[k].text)")
        stops[k].number = 0
      }
    }
    stops.removeAll { $0.number == 0 }
    watchLabels()
  }

  func watchLabels() {
    world.labelStops = stops.compactMap {
      if case .label(let label) = $0.target { (number: $0.number, label: label) } else { nil }
    }
  }
}
