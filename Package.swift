// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
]

// Of a release: `--version` and every manifest name it. Other builds know of none, so that they are the same from commit to commit.
let commit = Context.environment["OUTAGE_COMMIT"].flatMap { !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isHexDigit } ? $0 : nil }

let package = Package(
  name: "outage",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "OutageKit", targets: ["OutageKit"]),
    // For C: `make lib` links it under the names of C, with the Swift runtime within.
    .library(name: "OutageC", targets: ["OutageC"]),
    .executable(name: "outage", targets: ["outage"]),
  ],
  // Without it (`--disable-default-traits`) the program reads plain lines and links no readline.
  traits: ["Readline", .default(enabledTraits: ["Readline"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .target(name: "OutageSyntax", swiftSettings: strict),
    .target(name: "OutageSemantics", dependencies: ["OutageSyntax"], swiftSettings: strict),
    .target(name: "OutageModel", dependencies: ["CShim"], swiftSettings: strict),
    .target(
      name: "OutageCompiler", dependencies: ["OutageSyntax", "OutageSemantics", "OutageModel"],
      swiftSettings: strict),
    .target(name: "CShim", cSettings: commit.map { [.define("OUTAGE_COMMIT", to: $0)] } ?? []),
    // What the program asks of the system, and the libraries never do.
    .target(name: "CProcess"),
    .target(name: "OutageEngine", dependencies: ["OutageModel", "CShim"], swiftSettings: strict),
    .target(name: "OutageExplorer", dependencies: ["OutageModel", "CShim"], swiftSettings: strict),
    .target(
      name: "OutageReport",
      dependencies: ["OutageSyntax", "OutageSemantics", "OutageModel", "OutageEngine", "OutageExplorer"],
      swiftSettings: strict),
    .target(
      name: "OutageKit",
      dependencies: [
        "CShim", "OutageSyntax", "OutageSemantics", "OutageModel", "OutageCompiler", "OutageEngine",
        "OutageExplorer", "OutageReport",
      ],
      exclude: ["document.sh"],
      swiftSettings: strict),
    .target(name: "COutage"),
    .target(
      name: "OutageC", dependencies: ["COutage", "OutageKit", "OutageReport"],
      exclude: ["link-library.sh", "outage.pc.in"],
      swiftSettings: strict),
    .target(
      name: "OutageREPL",
      dependencies: ["OutageSyntax", "OutageSemantics", "OutageModel", "OutageEngine", "OutageKit", "OutageReport"],
      swiftSettings: strict),
    .target(name: "CReadline", linkerSettings: [.linkedLibrary("readline")]),
    .target(
      name: "OutageReadline",
      dependencies: ["OutageREPL", .target(name: "CReadline", condition: .when(traits: ["Readline"]))],
      swiftSettings: strict),
    .executableTarget(
      name: "outage",
      dependencies: [
        "CProcess", "OutageKit", "OutageSyntax", "OutageEngine", "OutageExplorer", "OutageReport", "OutageREPL",
        .target(name: "OutageReadline", condition: .when(traits: ["Readline"])),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "OutageEngineTests",
      dependencies: [
        "OutageSyntax", "OutageSemantics", "OutageModel", "OutageCompiler", "OutageEngine", "OutageKit",
      ], swiftSettings: strict),
    .testTarget(
      name: "OutageREPLTests", dependencies: ["OutageREPL", "OutageKit", "OutageEngine", "OutageModel"],
      swiftSettings: strict),
    .testTarget(
      name: "OutageSemanticsTests", dependencies: ["OutageSyntax", "OutageSemantics"],
      swiftSettings: strict),
    .testTarget(name: "OutageCTests", dependencies: ["COutage", "OutageC", "OutageKit"], swiftSettings: strict),
    .testTarget(name: "HouseTests", dependencies: [], swiftSettings: strict),
    .testTarget(
      name: "OutageKitTests", dependencies: ["OutageKit", "OutageEngine", "OutageExplorer", "OutageModel", "OutageSyntax"],
      swiftSettings: strict),
    .testTarget(
      name: "OutageReportTests", dependencies: ["OutageKit", "OutageEngine", "OutageReport", "OutageSyntax"],
      swiftSettings: strict),
    .testTarget(name: "BenchmarkTests", dependencies: ["OutageKit", "OutageEngine"], swiftSettings: strict),
    .testTarget(name: "CommandTests", dependencies: ["outage"], swiftSettings: strict),
    .testTarget(
      name: "OutageExplorerTests",
      dependencies: ["OutageKit", "OutageExplorer", "OutageModel", "OutageEngine", "OutageReport", "OutageSyntax"],
      swiftSettings: strict),
    .testTarget(name: "OutageSyntaxTests", dependencies: ["OutageSyntax"], swiftSettings: strict),
    .testTarget(
      name: "ScriptTests",
      dependencies: ["OutageSyntax", "OutageSemantics", "OutageEngine", "OutageExplorer", "OutageKit"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6])

// Programs that try damaged scripts; the coverage-guided one has no `main`: `make soak`, `make fuzz`.
if Context.environment["OUTAGE_FUZZ"] != nil {
  for (name, folder) in [("fuzz", "Coverage"), ("mutations", "Mutations")] {
    package.targets.append(
      .executableTarget(
        name: name, dependencies: ["OutageKit", "OutageEngine", "OutageReport", "OutageSyntax"],
        path: "Tests/Fuzzing/\(folder)", swiftSettings: strict))
  }
  package.targets.append(
    .executableTarget(
      name: "sequences",
      dependencies: [
        "OutageKit", "OutageEngine", "OutageExplorer", "OutageReport", "OutageREPL", "OutageSyntax",
        "OutageSemantics", "OutageModel",
      ],
      path: "Tests/Fuzzing/Sequences", swiftSettings: strict))
}
