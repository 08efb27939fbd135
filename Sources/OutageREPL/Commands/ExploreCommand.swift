import OutageEngine
import OutageExplorer
import OutageKit
import OutageReport
import OutageSyntax

extension CommandTable {
  static var explore: Command {
    Command(
      "explore", .whatIf, form: "[--max-states N] [PROPERTY]", "Search every order of steps from the present state.",
      details:
        "Processes go on where they stand, passive nodes hold what they hold, and calls are where they are: under way, in a "
        + "queue, in hand, lost or answered. Time is forgotten: a wait may last as long as it likes, a caller may give up and a "
        + "lease may expire at any moment. So are load, and what operators will do: what is stalled, crashed or cut off without "
        + "an end stays so. The world stays as it is. Stops at \(ValueText.grouped(Int64(Session.statesAtMost))) states and at "
        + "1 GiB, with the verdict unknown, unless `--max-states` says how many states it may see.",
      example: ":explore the endpoint answers with nothing", argument: .property
    ) { session, text throws(Complaint) in try session.explore(text) }
  }
}

extension Session {
  func explore(_ text: String) throws(Complaint) {
    var search = ExploreOptions()
    let (most, text) = try limit(text)
    if !text.isEmpty { search.properties = [try property(text)] }
    search.workers = world.options.workers
    search.maxStates = most ?? Self.statesAtMost
    search.maxMemory = most == nil ? min(Self.memoryAtMost, world.options.budgets.memory) : world.options.budgets.memory
    let result: ExploreResult
    do {
      result = try world.explore(search) { [host] seen in
        host.progress("\(ValueText.grouped(Int64(seen.states))) states, depth \(seen.depth)")
        return host.isInterrupted() ? .interrupted : .goOn
      }
    } catch {
      host.progress(nil)
      throw Complaint(error, world.files)
    }
    host.progress(nil)
    if let fault = result.fault { throw Complaint("a fault of this program: \(fault)") }
    if host.isInterrupted() { say("interrupted") }
    if mode == .json {
      let digest = sourceDigest(world.files)
      return out(
        explorationJSON([("", result)], file: world.files.first?.name ?? "", version: Version.full, digest: digest))
    }
    out("from \(world.clock.text(world.now)), in any order and without time\n")
    out(ExplorationText(width: host.width(), color: host.hasColor, unicode: true).render(result))
    if most == nil, result.hint != nil {
      let more = ValueText.grouped(Int64(10 * Self.statesAtMost)).replacing(",", with: "_")
      out(":explore --max-states \(more) looks further\n")
    }
    if let step = result.failedStep { complain(Complaint(Mistake([step], world.files))) }
  }

  /// States and bytes at which a search stops, unless it is said how many states it may see: a session should not wait long
  /// for a space without an end.
  static let statesAtMost = 500_000
  private static let memoryAtMost = 1 << 30

  /// What `--max-states` says, and the rest.
  private func limit(_ text: String) throws(Complaint) -> (Int?, String) {
    let option = "--max-states"
    guard text.hasPrefix(option) else { return (nil, text) }
    let parts = text.dropFirst(option.count).split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
    guard text.dropFirst(option.count).first == " ", let number = parts.first else {
      throw Complaint(":explore \(text)", help: "write :explore --max-states 2_000_000")
    }
    return (Int(try count(String(number))), parts.count > 1 ? trim(String(parts[1])) : "")
  }

  /// The text of a property, as typed, or the beginning of it.
  private func property(_ text: String) throws(Complaint) -> String {
    let quoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
    let wanted = quoted ? String(text.dropFirst().dropLast()) : text
    let names = world.propertyNames
    if names.contains(wanted) { return wanted }
    let like = names.filter { $0.hasPrefix(wanted) }
    if like.count == 1 { return like[0] }
    let nearest = Spelling.nearest(wanted, in: names)
    throw Complaint(
      "there is no property \"\(wanted)\"",
      help: nearest.map { "did you mean \"\($0)\"?" } ?? ":properties lists the properties")
  }
}
