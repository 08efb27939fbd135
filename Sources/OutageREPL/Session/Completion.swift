import OutageKit
import OutageSemantics

extension Session {
  /// What may stand where the cursor is.
  /// - Parameters:
  ///   - line: the text before the cursor.
  ///   - word: its last part, which is to be completed.
  /// - Returns: whole words that begin with `word`, in order.
  public func completions(of line: String, word: String) -> [String] {
    let found: [String]
    let start = line.drop { $0 == " " }
    if start.hasPrefix(":") {
      let parts = start.dropFirst().split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count < 2 {
        found = CommandTable.all.map { ":\($0.name)" }
        return found.filter { $0.hasPrefix(word.hasPrefix(":") ? word : ":\(word)") }.map {
          word.hasPrefix(":") ? $0 : String($0.dropFirst())
        }
      }
      guard let command = CommandTable.command(String(parts[0])) else { return [] }
      if command.argument == .file { return host.complete(word) }
      found = candidates(command.argument, word)
    } else {
      found = expressionWords(word)
    }
    var seen: Set<String> = []
    return found.filter { $0.hasPrefix(word) && seen.insert($0).inserted }.sorted()
  }

  private func candidates(_ argument: Command.Argument, _ word: String) -> [String] {
    switch argument {
    case .nothing, .file: []
    case .expression: ["until"] + expressionWords(word)
    case .label: world.labels + expressionWords(word)
    case .node: world.nodes.filter { $0.owner == nil }.map(\.name)
    case .property: world.propertyNames + world.nodes.filter { $0.kind == .process }.map(\.name)
    case .parameter: world.parameters
    case .variant: world.variants
    case .fork: others.map(\.name)
    case .mode: Mode.allCases.map(\.rawValue)
    case .topic: CommandTable.all.map(\.name) + HelpTopics.all.map(\.name)
    }
  }

  /// Names, keywords, and after a dot the members of the node before it.
  private func expressionWords(_ word: String) -> [String] {
    guard let dot = word.firstIndex(of: ".") else {
      return world.names + HelpTopics.all.map(\.name)
    }
    let subject = String(word[..<dot])
    let name = String(subject.prefix { $0 != "[" })
    guard let node = world.nodes.first(where: { $0.name == name }) else { return [] }
    let own = world.nodes.filter { $0.owner == name }.map { "\(subject).\($0.name)" }
    return own + MemberCatalog.entries(of: node.kind).map { "\(subject).\($0.path)" }
  }
}
