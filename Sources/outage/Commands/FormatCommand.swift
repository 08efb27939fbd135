import ArgumentParser
import OutageKit
import OutageREPL
import OutageSyntax

struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Lay scripts out in the one style; - reads standard input and prints.",
    usage: "outage fmt [--check] [--max-time TIME] FILE...")

  @Flag(help: "Change nothing; exit 1 when a script is not laid out so.") var check = false
  @Argument(help: "Scripts; - for standard input.") var files: [String]
  @OptionGroup var time: TimeLimit

  mutating func run() throws {
    time.begin()
    var code = Exit.holds
    for path in files {
      let text = Console.read(path, limit: Limits.sourceBytes + 1)
      let file = SourceFile(name: path == "-" ? "standard input" : path, text: text)
      let (formatted, diagnostics) = format(file, Console.interruption)
      if Interrupt.isDue { Console.leave() }
      guard let formatted else {
        Console.report(diagnostics, [file])
        code = .script
        continue
      }
      let isSame = formatted.utf8.elementsEqual(text)
      if check {
        if !isSame {
          Console.tell("\(path): not formatted\n")
          if code == .holds { code = .violated }
        }
      } else if path == "-" {
        Console.out(formatted)
      } else if !isSame {
        Console.write(formatted, to: path)
      }
    }
    Console.quit(code)
  }
}
