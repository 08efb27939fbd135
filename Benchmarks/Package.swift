// swift-tools-version: 6.2
import PackageDescription

// A package of its own: what measures the project is no part of it.
let package = Package(
  name: "benchmarks",
  platforms: [.macOS(.v26)],
  targets: [.executableTarget(name: "bench", swiftSettings: [.treatAllWarnings(as: .error)])],
  swiftLanguageModes: [.v6])
