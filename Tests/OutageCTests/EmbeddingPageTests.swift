import Foundation
import Testing

/// The programs of `docs/embedding.md` are what a host would write, and run as they stand.
@Suite(.serialized) struct EmbeddingPageTests {
  static func program(in language: String) throws -> String {
    let page = try String(contentsOf: CLibrary.root.appending(path: "docs/embedding.md"), encoding: .utf8)
    let parts = page.components(separatedBy: "```\(language)\n")
    try #require(parts.count == 2)
    let program = try #require(parts[1].components(separatedBy: "\n```").first)
    #expect(program.split(separator: "\n", omittingEmptySubsequences: false).count <= 40)
    return program + "\n"
  }

  static func write(_ text: String, _ name: String) throws -> URL {
    let url = try CLibrary.made.get().appending(path: name)
    try text.write(to: url, atomically: true, encoding: .utf8)
    return url
  }

  /// What all three say in the end.
  func check(_ done: (status: Int32, output: String)) {
    #expect(done.status == 0, "\(done.output)")
    #expect(done.output.contains("crash worker[0]"), "\(done.output)")
    #expect(done.output.contains("two own it"), "\(done.output)")
  }

  @Test func inC() throws {
    let source = try Self.write(Self.program(in: "c"), "embedding.c")
    let program = source.deletingPathExtension()
    try CLibrary.compile(source, to: program)
    let done = CLibrary.command([program.path])
    check(done)
    #expect(done.output.contains("{\"kind\":\"count\",\"value\":"))
  }

  @Test func inPython() throws {
    let source = try Self.write(Self.program(in: "python"), "embedding.py")
    let done = CLibrary.command(["python3", source.path, try CLibrary.made.get().appending(path: "liboutage.so").path])
    #expect(done.status == 0, "\(done.output)")
    #expect(done.output.contains("two own it") && done.output.contains("'kind': 'count'"), "\(done.output)")
  }

  @Test func inSwift() throws {
    let done = try runSwift(Self.program(in: "swift"), "embedding-swift")
    check(done)
    #expect(done.output.contains("writes: "))
  }

  /// The examples of the catalogue, one after the other.
  @Test func theCatalogueOfTheLibrary() throws {
    let page = CLibrary.root.appending(path: "Sources/OutageKit/OutageKit.docc/OutageKit.md")
    let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```swift\n").dropFirst()
    let examples = parts.compactMap { $0.components(separatedBy: "```").first }
    #expect(examples.count == 5)
    let done = try runSwift("import OutageKit\n" + examples.joined(), "catalogue")
    #expect(done.status == 0, "\(done.output)")
    #expect(done.output.hasPrefix("2\ntrue\nviolated "), "\(done.output)")
    #expect(done.output.hasSuffix("holds 4\n"), "\(done.output)")
  }

  @Test func thePagesOfTheCatalogueAreMade() throws {
    let out = try CLibrary.made.get().appending(path: "pages")
    let script = CLibrary.root.appending(path: "Sources/OutageKit/document.sh").path
    let done = CLibrary.command(["sh", script, CLibrary.objects.path, out.path])
    #expect(done.status == 0, "\(done.output)")
    // A link that leads nowhere is a warning of these words.
    #expect(!done.output.contains("doesn't exist at"), "\(done.output)")
    for name in ["program", "simulation", "value", "report", "exploration"] {
      let page = out.appending(path: "documentation/outagekit/\(name)/index.html").path
      #expect(FileManager.default.fileExists(atPath: page), "\(name)")
    }
  }

  private func runSwift(_ text: String, _ name: String) throws -> (status: Int32, output: String) {
    let folder = try CLibrary.made.get().appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let source = folder.appending(path: "main.swift")
    try text.write(to: source, atomically: true, encoding: .utf8)
    let program = folder.appending(path: "program")
    let targets = [
      "CShim", "OutageSyntax", "OutageSemantics", "OutageModel", "OutageCompiler", "OutageEngine", "OutageExplorer",
      "OutageReport", "OutageKit",
    ]
    let objects = targets.flatMap { target -> [String] in
      let folder = CLibrary.objects.appending(path: "\(target).build")
      let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
      return all.filter { $0.hasSuffix(".o") }.map { folder.appending(path: $0).path }
    }
    let built = CLibrary.command(
      [
        "swiftc", "-swift-version", "6", "-warnings-as-errors", "-I", CLibrary.objects.appending(path: "Modules").path,
        "-Xcc",
        "-fmodule-map-file=\(CLibrary.objects.appending(path: "CShim.build/module.modulemap").path)", source.path, "-o",
        program.path,
      ] + objects)
    #expect(built.status == 0, "\(built.output)")
    return CLibrary.command([program.path])
  }

  @Test func eachIsShort() throws {
    for language in ["swift", "c", "python"] {
      let lines = try Self.program(in: language).split(separator: "\n").count
      #expect(lines <= 45, "\(language): \(lines)")
    }
  }
}
