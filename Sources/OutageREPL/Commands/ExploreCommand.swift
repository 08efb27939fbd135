import OutageEngine
import OutageExplorer
import OutageKit
import OutageReport
import OutageSyntax

extension CommandTable {
  static var explore: Command {
    Command(
      "explore", .whatIf, form: "[PROPERTY]", "Search every order of steps from the present state.",
      details:
        "Processes go on where they stand, passive nodes hold what they hold. Time is forgotten: a wait may last as long as it "
        + "likes, a lease may expire at any moment. So are load, messages on their way, and what operators will do. The world "
        + "stays as it is.",
      example: ":explore the endpoint answers with nothing", argument: .property
    ) { session, text throws(Complaint) in try session.explore(text) }
  }
}

extension Session {
  func explore(_ text: String) throws(Complaint) {
    var search = ExploreOptions()
    if !text.isEmpty { search.properties = [try property(text)] }
    search.workers = world.options.workers
    search.maxMemory = world.options.budgets.memory
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
    if host.isInterrupted() { say("interrupted") }
    if mode == .json {
      let digest = sourceDigest(world.files)
      return out(
        explorationJSON([("", result)], file: world.files.first?.name ?? "", version: Version.text, digest: digest))
    }
    out("from \(world.clock.text(world.now)), in any order and without time\n")
    out(ExplorationText(width: host.width(), color: host.hasColor, unicode: true).render(result))
    if let step = result.failedStep { complain(Complaint(Mistake([step], world.files))) }
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
