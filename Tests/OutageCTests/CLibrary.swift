import Foundation

/// The C library as `make lib` links it, made once for all tests, and programs that use it.
enum CLibrary {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let header = root.appending(path: "Sources/COutage/include/outage.h")

  /// Where the tests themselves were built: the objects lie beside them.
  static let objects: URL = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    var folder = URL(filePath: own).deletingLastPathComponent()
    while folder.path.count > 1 {
      if FileManager.default.fileExists(atPath: folder.appending(path: "OutageC.build").path) { return folder }
      folder.deleteLastPathComponent()
    }
    return root.appending(path: ".build/release")
  }()

  /// The folder of the libraries, or why there is none.
  static let made: Result<URL, Failure> = {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "outage-lib-\(ProcessInfo.processInfo.processIdentifier)")
    let script = root.appending(path: "Sources/OutageC/link-library.sh").path
    let done = command(["sh", script, objects.path, folder.path])
    return done.status == 0 ? .success(folder) : .failure(Failure(words: done.output))
  }()

  struct Failure: Error, CustomStringConvertible {
    var words: String
    var description: String { words }
  }

  /// The compiler that came with Swift, or whatever there is.
  static let compiler: [String] = {
    let swift = command(["sh", "-c", "command -v swiftc"]).output
    let clang = swift.replacing(/swiftc\s*$/, with: "clang")
    return FileManager.default.isExecutableFile(atPath: clang) ? [clang] : ["cc"]
  }()

  /// Runs a command and gives what it said, on both streams.
  static func command(_ words: [String], at folder: URL = root) -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    do { try process.run() } catch { return (-1, "\(error)") }
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }

  /// Compiles a C program against the library.
  static func compile(_ source: URL, to program: URL, isStatic: Bool = false) throws {
    let folder = try made.get()
    let link =
      isStatic
      ? [folder.appending(path: "liboutage.a").path, "-lstdc++", "-lm", "-lpthread", "-ldl"]
      : ["-L", folder.path, "-loutage", "-lpthread", "-Wl,-rpath,\(folder.path)"]
    let done = command(
      compiler + [
        "-std=c11", "-Wall", "-Wextra", "-Werror", "-I", header.deletingLastPathComponent().path, source.path, "-o",
        program.path,
      ] + link)
    if done.status != 0 { throw Failure(words: done.output) }
  }
}
