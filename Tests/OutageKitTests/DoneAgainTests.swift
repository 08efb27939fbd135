import OutageKit
import OutageModel
import Synchronization
import Testing

/// What was typed is done again when its time is passed again, whoever wants to stop meanwhile.
@Suite struct DoneAgainTests {
  @Test func isNotLostToAnInterruption() throws {
    // So many names that to check them asks whether to stop.
    let names = (0..<2000).map { "var a\($0) = 1\n" }.joined()
    let source = Source(name: "script", text: Array((names + "process p { wait 10s }\n").utf8)) { _, _ in
      .failure(LoadError("no such file"))
    }
    let isTripped = Mutex(false)
    var options = LiveOptions()
    options.watch = Watch { isTripped.withLock { $0 } }
    // Without snapshots on the way it is done again.
    options.largestSnapshot = 0
    let world = try LiveWorld(source, options)
    _ = world.go(to: Moment(ticks: 5))
    _ = try world.enter("a1 = 7")
    _ = world.go(to: .start)
    isTripped.withLock { $0 = true }
    _ = world.go(to: Moment(ticks: 6))
    #expect(throws: Mistake.self) { try world.value(of: "a1") }
    isTripped.withLock { $0 = false }
    #expect(world.lost.isEmpty)
    #expect(try world.writer.text(world.value(of: "a1")) == "7")
  }
}
