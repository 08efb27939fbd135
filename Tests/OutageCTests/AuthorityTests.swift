import Foundation
import Testing

/// No ambient authority: what the libraries ask of the system is memory, threads and arithmetic.
@Suite struct AuthorityTests {
  static let targets = [
    "CShim", "OutageSyntax", "OutageSemantics", "OutageModel", "OutageCompiler", "OutageEngine", "OutageExplorer",
    "OutageReport", "OutageKit", "OutageC",
  ]

  static let memory: Set = [
    "malloc", "calloc", "realloc", "free", "malloc_usable_size", "memcpy", "memmove", "memset", "memcmp", "mmap",
    "mremap", "munmap", "madvise", "posix_memalign", "aligned_alloc", "strlen", "bcmp",
  ]
  static let arithmetic: Set = [
    "ceil", "floor", "trunc", "rint", "round", "sqrt", "exp", "erfc", "log", "pow", "fmod", "__divti3",
    "__modti3", "__udivti3", "__umodti3", "__multi3", "__muloti4",
  ]
  static let compiled: Set = ["abort", "__stack_chk_fail", "__tls_get_addr", "_GLOBAL_OFFSET_TABLE_"]

  /// Of the pool of workers: threads, and the futex by which they wait.
  static func isOfThreads(_ name: String) -> Bool {
    name.hasPrefix("pthread_") || name == "syscall" || name == "sched_yield"
  }

  static func symbols(_ option: String) -> Set<String> {
    var found: Set<String> = []
    for target in targets {
      let folder = CLibrary.objects.appending(path: "\(target).build")
      let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
      let objects = all.filter { $0.hasSuffix(".o") }.map { folder.appending(path: $0).path }
      #expect(!objects.isEmpty, "\(target) was not built at \(folder.path)")
      let said = CLibrary.command(["nm", option] + objects).output
      for line in said.split(separator: "\n") where !line.hasSuffix(":") {
        if let name = line.split(separator: " ").last { found.insert(String(name)) }
      }
    }
    return found
  }

  @Test func objectsNameNothingElseOfTheSystem() {
    let needed = Self.symbols("-u").subtracting(Self.symbols("--defined-only"))
    #expect(needed.count > 100)
    let foreign = needed.filter { name in
      let isOfSwift = ["$s", "swift_", "_swift", "__swift"].contains { name.hasPrefix($0) }
      return !isOfSwift && !Self.memory.contains(name) && !Self.arithmetic.contains(name)
        && !Self.compiled.contains(name)
        && !Self.isOfThreads(name)
    }
    #expect(foreign.sorted() == [])
    // What the language's own library could give of the outside.
    let outside = needed.filter {
      $0.contains("CommandLine") || $0.contains("ContinuousClock") || $0.contains("SystemRandom")
    }
    #expect(outside.sorted() == [])
  }

  @Test func sourcesImportNoFoundation() throws {
    for target in Self.targets.dropFirst() {
      let folder = CLibrary.root.appending(path: "Sources/\(target)")
      let all = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
      for file in all where file.hasSuffix(".swift") {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        #expect(!text.contains("import Foundation"), "\(target)/\(file)")
      }
    }
  }
}
