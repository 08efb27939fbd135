import COutage
import OutageC
import OutageKit
import Testing

let versionOfKit = Program.version

@Suite struct VersionTests {
  @Test func theLibraryForCSaysTheSame() throws {
    let text = try #require(outage_version())
    #expect(String(cString: text) == Program.version)
  }
}
