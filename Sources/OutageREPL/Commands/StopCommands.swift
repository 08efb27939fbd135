import OutageKit
import OutageSyntax

extension CommandTable {
  static var stops: [Command] {
    [
      Command(
        "break", .stops, form: "EXPR|LABEL", "Stop when an expression comes true, or before a labelled step.",
        details:
          "It stops right after the event that made it true, and right before a labelled step; what comes first stops first. "
          + "For an expression that reads several islands the world goes on event by event, in order of time and of islands, "
          + "which takes several times as long.",
        example: ":break dwfm.queue.length > 1000", argument: .label, changes: true
      ) { session, text throws(Complaint) in try session.addBreak(text) },
      Command(
        "watch", .stops, form: "EXPR", "Stop when the value of an expression changes, and show old and new.",
        details:
          "The world stops right after the event that changed it, and says whose it was. For an expression that reads several "
          + "islands the world goes on event by event, in order of time and of islands, which takes several times as long.",
        example: ":watch endpoint.version", argument: .expression, changes: true
      ) { session, text throws(Complaint) in try session.addWatch(text) },
      Command("list", .stops, "List breaks and watches.", example: ":list") { session, _ throws(Complaint) in
        try session.listStops()
      },
      Command(
        "delete", .stops, form: "n", "Delete a break or a watch.", example: ":delete 1", changes: true
      ) { session, text throws(Complaint) in try session.deleteStop(text) },
    ]
  }
}

extension Session {
  func addBreak(_ text: String) throws(Complaint) {
    if text.isEmpty { throw Complaint("stop at what?", help: ":break queue.length > 100, or :break LABEL") }
    if world.labels.contains(text) {
      add("break", text, .label(text))
      watchLabels()
      return
    }
    try truth(text)
    try addLookout("break", text, .condition)
  }

  func addWatch(_ text: String) throws(Complaint) {
    if text.isEmpty { throw Complaint("watch what?", help: ":watch endpoint.version") }
    do { _ = try world.value(of: text) } catch { throw Complaint(error) }
    try addLookout("watch", text, .change)
  }

  private func addLookout(_ word: String, _ text: String, _ kind: Stop.Kind) throws(Complaint) {
    switch world.watch(text) {
    case .failure(let mistake): throw Complaint(mistake)
    case .success(let lookout): add(word, text, .lookout(Stop(number: nextStop, kind: kind, lookout: lookout)))
    }
  }

  private func add(_ word: String, _ text: String, _ target: NamedStop.Target) {
    stops.append(NamedStop(number: nextStop, word: word, text: text, target: target))
    say("stop \(nextStop): \(word) \(text)")
    nextStop += 1
  }

  func listStops() throws(Complaint) {
    if stops.isEmpty { return say("no breaks, no watches") }
    var table = Table(headings: ["stop", "kind", "of", "now"])
    for stop in stops {
      var now = Cell("")
      if case .lookout(let s) = stop.target {
        let value = world.sight(s.lookout)
        now = .value(value, world.writer.text(value))
      }
      table.rows.append([.count(stop.number), Cell(stop.word), Cell(stop.text), now])
    }
    try show(table)
  }

  func deleteStop(_ text: String) throws(Complaint) {
    if text.isEmpty { throw Complaint(":delete needs the number of a stop", help: ":list shows them") }
    let n = try count(text)
    guard let k = stops.firstIndex(where: { $0.number == n }) else {
      throw Complaint("there is no stop \(n)", help: ":list shows them")
    }
    if case .lookout(let stop) = stops[k].target { world.unwatch(stop.lookout) }
    stops.remove(at: k)
    watchLabels()
  }
}
