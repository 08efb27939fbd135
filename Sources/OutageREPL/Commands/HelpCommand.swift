import OutageKit
import OutageSemantics
import OutageSyntax

extension Session {
  func help(_ text: String) throws(Complaint) {
    if text.isEmpty { return overview() }
    let word = text.hasPrefix(":") ? String(text.dropFirst()) : text
    var isKnown = false
    if let command = CommandTable.command(word) {
      isKnown = true
      say("\(command.usage)  \(command.summary)")
      if !command.aliases.isEmpty { say("  also \(command.aliases.map { ":\($0)" }.joined(separator: ", "))") }
      if !command.details.isEmpty { say("  \(command.details)") }
      say("  example: \(command.example)")
    }
    for section in HelpTopics.sections {
      for topic in section.topics where topic.name == word {
        isKnown = true
        say("\(topic.name)  \(topic.summary)")
        say("  example: \(topic.example)")
        if section.title == "nodes", let kind = NodeKind(rawValue: topic.name) { members(of: kind) }
      }
    }
    if let node = world.nodes.first(where: { $0.name == word }) {
      isKnown = true
      say("\(word) is \(node.kind.phrase)\(node.isArray ? " of \(node.count) elements" : "")")
      members(of: node.kind)
    }
    if isKnown { return }
    let nearest = Spelling.nearest(word, in: CommandTable.all.map(\.name) + HelpTopics.all.map(\.name))
    throw Complaint(
      "there is no help on \(word)", help: nearest.map { "did you mean \($0)?" } ?? ":help lists what there is")
  }

  private func members(of kind: NodeKind) {
    let entries = MemberCatalog.entries(of: kind)
    let width = entries.map(\.path.count).max() ?? 0
    for entry in entries {
      say("  \(entry.path)\(String(repeating: " ", count: width - entry.path.count))  \(entry.documentation)")
    }
  }

  private func overview() {
    let width = CommandTable.all.map(\.usage.count).max() ?? 0
    for group in Command.Group.allCases {
      say(group.rawValue)
      for command in CommandTable.all where command.group == group {
        say("  \(command.usage)\(String(repeating: " ", count: width - command.usage.count))  \(command.summary)")
      }
    }
    for section in HelpTopics.sections {
      say(":help on \(section.title): \(section.topics.map(\.name).joined(separator: " "))")
    }
  }
}
