import ArgumentParser
import OutageKit
import OutageSyntax

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look for mistakes in scripts, and show how they fall into islands.",
    usage: "outage check FILE...",
    discussion: """
      Islands are the parts of a system that cannot touch each other without latency: they run in parallel. A warning \
      names a read that joins what could run apart.
      """)

  @Argument(help: "Scripts; - for standard input.") var files: [String]

  mutating func run() throws {
    var code = Exit.holds
    for path in files {
      let source = Console.source(path)
      Console.report(source.diagnostics, source.files)
      guard source.program != nil else {
        code = Exit.script
        continue
      }
      do {
        let image = try source.image()
        Console.report(islandWarnings(image), source.files)
        Console.out("\(path): " + islands(image))
      } catch {
        if case .script(let diagnostics) = error { Console.report(diagnostics, source.files) }
        code = Exit.script
      }
    }
    if code != Exit.holds { Console.quit(code) }
  }
}
