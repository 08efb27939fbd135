import OutageEngine
import OutageKit
import OutageREPL

/// Lines typed at a prompt over a script, in any order. What a session saved must load again.
struct PromptInput: Input {
  let script: Scripts.Script
  let scripts: Scripts
  var lines: [String] = []
  var text: String { "# \(script.name)\n" + lines.joined(separator: "\n") }

  init(_ dice: inout Dice, _ scripts: Scripts) {
    self.scripts = scripts
    script = dice.one(of: scripts.all)
    for _ in 0..<(4 + dice.below(16)) { lines.append(Self.line(&dice, script)) }
  }

  private static func line(_ dice: inout Dice, _ script: Scripts.Script) -> String {
    let node = script.nodes.isEmpty ? "x" : dice.one(of: script.nodes)
    let property = script.properties.isEmpty ? "x" : dice.one(of: script.properties)
    let param = script.params.isEmpty ? "x" : dice.one(of: script.params)
    let extreme = dice.one(of: Extreme.all)
    let small = dice.one(of: ["", "1", "2", "7", "30"])
    let expressions = [
      node, "\(node).length", "\(node).queue.length", "\(node).active", "\(node)[0]", "now", extreme, "\(node) + 1",
      "count(\(node)[*])", "not \(node).up", "1 / 0", "[1, 2, \(extreme)]",
    ]
    let expression = dice.one(of: expressions)
    let typed: [String] = [
      ":step \(small)", ":step \(extreme)", ":run until \(extreme)", ":run until \(expression) > 3", ":back \(small)",
      ":back \(extreme)", ":goto \(extreme)", ":goto 2s", ":event \(small)", ":break \(expression)",
      ":watch \(expression)", ":list", ":delete \(small)", ":show", ":show \(node)", ":why \(property)", ":why \(node)",
      ":trace", ":trace \(small)", ":plot \(expression)", ":fork other", ":switch other", ":switch main", ":forks",
      ":compare other", ":diff", ":diff other", ":set \(param) \(extreme)", ":set \(param) 1", ":seed \(small)",
      ":reload",
      ":reset", ":explore", ":explore \(property)", ":save out", ":load out", ":mode json", ":mode csv", ":mode text",
      ":help", ":help \(node)", ":measures", ":properties", ":story", ":graph", ":source", ":variant x",
      ":assert \(expression)",
      ":log out2", ":undo", expression, "crash \(node)", "restart \(node)", "stall \(node) for \(extreme)",
      "stall \(node) for 3s", "slow \(node) by \(extreme)", "heal", "drop 5% of \(node) to \(node)",
      "cut \(node) from \(node)",
      "\(node) = \(extreme)", "\(node).limit = \(extreme)", "\(node).rate = \(extreme)",
      "\(node).capacity = \(extreme)",
      "var fresh\(small) = \(extreme)", "measure m\(small) = \(expression)", "plot \(expression)", "at \(extreme) heal",
      "every \(extreme) log \"x\"", "every 2s crash \(node)", "when \(expression) { heal }",
      "never \"n\(small)\" { \(expression) }", "process q\(small) { loop { wait \(extreme) } }",
      "x = 1; wait \(extreme); x = 2", "for i in \(extreme)..\(extreme) { log \"{i}\" }", "\u{0}", "\"\u{202E}\u{9B}\"",
      "{", "}", ":\(extreme)",
    ]
    return dice.one(of: typed)
  }

  func isSound() -> Bool {
    var saved: [String: String] = [:]
    var output = 0
    var asked = 0
    func read(_ path: String) -> Result<[UInt8], HostFailure> {
      if path == script.name { return .success(script.text) }
      return saved[path].map { .success(Array($0.utf8)) } ?? .failure(HostFailure("no such file"))
    }
    var host = Host(
      write: { output += $0.utf8.count }, complain: { output += $0.utf8.count }, read: read,
      save: { path, text in
        saved[path] = text
        return .success(())
      },
      append: { path, text in
        saved[path, default: ""] += text
        return .success(())
      },
      load: { path, _ in read(path).map { LoadedFile(name: path, text: $0) } })
    host.isInterrupted = {
      asked += 1
      return asked % 2000 == 0
    }
    var options = LiveOptions()
    options.budgets = Budgets(events: 3000, memory: 32 << 20)
    options.snapshotBytes = 8 << 20
    guard let session = try? Session(host, options: options) else { return false }
    session.perform(":load \(script.name)")
    for line in lines {
      session.perform(line)
      if !session.prompt.contains("> ") { return false }
    }
    return true
  }
}
