import ArgumentParser
import OutageKit
import OutageSyntax

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look for mistakes in scripts, and show how they fall into islands.")

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
        Console.out("\(path): " + islands(image) + "\n")
      } catch {
        if case .script(let diagnostics) = error { Console.report(diagnostics, source.files) }
        code = Exit.script
      }
    }
    if code != Exit.holds { Console.quit(code) }
  }
}
