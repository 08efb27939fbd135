import ArgumentParser
import OutageEngine
import OutageKit
import OutageREPL
import OutageSyntax

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look for mistakes in scripts, and show how they fall into islands.",
    usage: "outage check [--max-time TIME] FILE...",
    discussion: """
      Islands are the parts of a system that cannot touch each other without latency: they run in parallel. A warning \
      names a read that joins what could run apart.
      """)

  @Argument(help: "Scripts; - for standard input.") var files: [String]
  @OptionGroup var time: TimeLimit

  mutating func run() throws {
    time.begin()
    Console.outlivesItsReader = true
    var code = Exit.holds
    for path in files {
      let source = Console.source(path)
      Console.report(source.diagnostics, source.files)
      guard source.program != nil else {
        code = .script
        continue
      }
      do {
        let image = try source.image(memory: Resources.memory, interruption: Console.interruption)
        Console.report(source.idleWarnings() + islandWarnings(image), source.files)
        if reportVariants(source) { code = .script }
        Console.out("\(path): " + islands(image))
      } catch {
        guard case .script(let diagnostics) = error else { Console.refuse(error, source) }
        Console.report(diagnostics, source.files)
        if code != .script { code = diagnostics.areOfALimit ? .unknown : .script }
      }
    }
    Console.quit(code)
  }

  /// Variants may set what the script as it stands cannot have. Each mistake is told once.
  private func reportVariants(_ source: Source) -> Bool {
    var told: [Diagnostic] = []
    for one in source.casesOfVariants where one.variant != nil {
      do {
        _ = try source.image(variant: one.variant, memory: Resources.memory, interruption: Console.interruption)
      } catch {
        if case .interrupted = error { Console.leave() }
        guard case .script(let diagnostics) = error, !diagnostics.areOfALimit else { continue }
        told += diagnostics.filter { new in
          !told.contains { $0.message == new.message && $0.primary.span == new.primary.span }
        }
      }
    }
    Console.report(told, source.files)
    return !told.isEmpty
  }
}
