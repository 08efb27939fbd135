import OutageEngine
import OutageKit
import Testing

/// Properties of one island are looked at after every step: what comes and goes within a tick is seen, whatever the tick.
@Suite struct PropertyLookTests {
  private static let script = """
    param every = 1m
    clock 10:00 for 10m tick every
    var y = 0
    process p {
      wait 3m200ms
      y = 1
      wait 100ms
      y = 0
    }
    never "it comes not" { y == 1 }
    always "it stays away" from 1m until 5m { y == 0 }
    eventually "it comes" { y == 1 }
    eventually "in its time" within 4m { y == 1 }
    eventually "too early" within 3m { y == 1 }
    eventually "too late" within 4m of 3m250ms { y == 0 }
    sometimes "it is reached" { y == 1 }
    """

  @Test(arguments: ["100ms", "1s", "1m", "10m"]) func whatComesAndGoesWithinATickIsSeen(_ tick: String) throws {
    let result = try Bench.run(Self.script, ["every": tick])
    let came: Int64 = 180_200_000_000
    #expect(result.properties.map(\.verdict) == [.violated, .violated, .holds, .holds, .violated, .holds, .holds])
    #expect(result.properties.map(\.time) == [came, came, came, came, 180_000_000_000, came + 100_000_000, came])
  }
}
