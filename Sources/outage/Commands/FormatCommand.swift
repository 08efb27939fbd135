import ArgumentParser
import OutageKit
import OutageSyntax

struct FormatCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt", abstract: "Lay scripts out in the one style; - reads standard input and prints.",
    usage: "outage fmt [--check] FILE...")

  @Flag(help: "Change nothing; exit 1 when a script is not laid out so.") var check = false
  @Argument(help: "Scripts; - for standard input.") var files: [String]

  mutating func run() throws {
    var code = Exit.holds
    for path in files {
      let text: [UInt8]
      do { text = try Files.read(path, limit: Limits.sourceBytes + 1) } catch {
        Console.fail(Exit.file, "\(path): \(error.reason)")
      }
      let file = SourceFile(name: path == "-" ? "standard input" : path, text: text)
      let (formatted, diagnostics) = format(file)
      guard let formatted else {
        Console.report(diagnostics, [file])
        code = Exit.script
        continue
      }
      let isSame = Array(formatted.utf8) == text
      if check {
        if !isSame {
          Console.tell("\(path): not formatted\n")
          if code == Exit.holds { code = Exit.violated }
        }
      } else if path == "-" {
        Console.out(formatted)
      } else if !isSame {
        do { try Files.write(formatted, to: path) } catch { Console.fail(Exit.file, "\(path): \(error.reason)") }
      }
    }
    if code != Exit.holds { Console.quit(code) }
  }
}
