import Foundation
import Testing

/// What C and Python programs do with the library.
@Suite(.serialized) struct CLibraryTests {
  static let leases = "Scripts/lease-herd.outage"
  static let race = "Scripts/dns-race.outage"

  /// Names that the header declares.
  static func declared() throws -> [String] {
    let text = try String(contentsOf: CLibrary.header, encoding: .utf8)
    return Set(text.matches(of: /\b(outage_[a-z_]+)\(/).map { String($0.1) }).sorted()
  }

  /// Names that a library defines for others.
  static func defined(_ options: [String], _ library: String) throws -> [String] {
    let path = try CLibrary.made.get().appending(path: library).path
    let done = CLibrary.command(["nm", "--defined-only"] + options + [path])
    #expect(done.status == 0, "\(done.output)")
    let names = done.output.split(separator: "\n").compactMap { line -> String? in
      let words = line.split(separator: " ")
      return words.count == 3 && words[1] != "A" ? String(words[2]) : nil
    }
    return names.sorted()
  }

  @Test func theSharedLibraryExportsTheHeader() throws {
    let declared = try Self.declared()
    #expect(declared.count > 30)
    #expect(try Self.defined(["-D"], "liboutage.so") == declared)
  }

  @Test func theStaticLibraryExportsTheHeader() throws {
    #expect(try Self.defined(["-g"], "liboutage.a") == Self.declared())
  }

  @Test func itHasANameAndNeedsTheSystemAlone() throws {
    let path = try CLibrary.made.get().appending(path: "liboutage.so").path
    let said = CLibrary.command(["readelf", "-d", path]).output
    #expect(said.contains("Library soname: [liboutage.so.0.1]"))
    let needed = said.matches(of: /Shared library: \[([^\]]+)\]/).map { String($0.1) }
    let system: Set = [
      "libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1", "libdl.so.2", "libpthread.so.0",
      "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
    ]
    #expect(Set(needed).subtracting(system) == [])
  }

  @Test(arguments: [false, true]) func aHostInC(_ isStatic: Bool) throws {
    let program = try CLibrary.made.get().appending(path: "host-\(isStatic)")
    try CLibrary.compile(CLibrary.root.appending(path: "Tests/Embedding/host.c"), to: program, isStatic: isStatic)
    let done = CLibrary.command([program.path, Self.leases, Self.race])
    #expect(done.status == 0 && done.output == "all is well\n", "\(done.output)")
  }

  @Test func aHostInPython() throws {
    let library = try CLibrary.made.get().appending(path: "liboutage.so").path
    let done = CLibrary.command(["python3", "Tests/Embedding/host.py", library, Self.leases, Self.race])
    #expect(done.status == 0 && done.output == "all is well\n", "\(done.output)")
  }

  @Test func theVersionIsThatOfTheHeader() throws {
    let text = try String(contentsOf: CLibrary.header, encoding: .utf8)
    let parts = ["MAJOR", "MINOR"].map { name in
      text.split(separator: "\n").first { $0.hasPrefix("#define OUTAGE_VERSION_\(name) ") }?.split(separator: " ").last
        ?? ""
    }
    #expect(versionOfKit.hasPrefix(parts.joined(separator: ".") + "."))
  }
}
