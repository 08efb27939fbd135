import Foundation
import Testing

/// What other programs read of this repository: workflows, the action, hooks, and the examples of docs/ci.md.
@Suite struct ManifestTests {
  /// Files of YAML, and the fenced blocks of a page.
  private static func documents() throws -> [(name: String, text: String)] {
    var documents = [("action.yml", try House.text("action.yml")), (".pre-commit-hooks.yaml", try House.text(".pre-commit-hooks.yaml"))]
    for file in try House.files(under: ".github", suffix: ".yml") { documents.append((file, try House.text(file))) }
    for (k, match) in try House.text("docs/ci.md").matches(of: /(?s)```yaml\n(.*?)```/).enumerated() {
      documents.append(("docs/ci.md, block \(k + 1)", String(match.1)))
    }
    return documents
  }

  private func python(_ program: String, input: String) throws -> (said: String, code: Int32) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program]
    let (given, said) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (given, said, said)
    try process.run()
    try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try given.fileHandleForWriting.close()
    let bytes = try said.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (String(decoding: bytes, as: UTF8.self), process.terminationStatus)
  }

  /// Where Python has a reader of YAML.
  @Test func yamlCanBeRead() throws {
    let documents = try Self.documents()
    #expect(documents.count >= 6)
    guard try python("import yaml", input: "").code == 0 else { return }
    for (name, text) in documents {
      let read = try python("import sys, yaml; assert isinstance(yaml.safe_load(sys.stdin), (dict, list))", input: text)
      #expect(read.code == 0, "\(name): \(read.said)")
    }
  }

  @Test func hooksCallCommandsThatThereAre() throws {
    let commands = try House.text("Sources/outage/Commands/Outage.swift")
    for match in try House.text(".pre-commit-hooks.yaml").matches(of: /entry: outage (\w+)/) {
      let file = match.1 == "fmt" ? "FormatCommand" : "\(match.1.prefix(1).uppercased())\(match.1.dropFirst())Command"
      #expect(commands.contains("\(file).self"))
    }
  }
}
