import Foundation
import Testing

/// The built program, run as a user runs it: through a shell, in a folder of its own.
enum Program {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The folder of the program: beside the tests' own executable.
  static let folder: URL = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    var folder = URL(filePath: own).deletingLastPathComponent()
    while folder.path.count > 1 {
      if FileManager.default.isExecutableFile(atPath: folder.appending(path: "outage").path) { return folder }
      folder.deleteLastPathComponent()
    }
    return root.appending(path: ".build/release")
  }()

  struct Outcome {
    /// Standard output and standard error, as they came.
    var output: String
    var code: Int32
  }

  /// Runs a shell command line with `outage` on its path. No terminal, no user's settings.
  static func shell(_ line: String, in directory: URL) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = directory
    process.environment = ["PATH": "\(folder.path):/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": directory.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let code =
      process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
    return Outcome(output: String(decoding: bytes, as: UTF8.self), code: code)
  }

  /// A new empty folder.
  static func newFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appending(path: "outage-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
