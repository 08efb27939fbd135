import Foundation
import OutageEngine
import OutageKit
import Testing

/// Many pending events, due in a fraction of a millisecond, in years, or at the end of time: the order in which they come is
/// that of a list sorted again for each.
@Suite struct PendingEventTests {
  private static let sleepers = 400
  private static let turns = 25

  private static let script = """
    clock 00:00 for 30000d tick 1000d
    var checksum = 0
    var woken = 0
    process sleeper[\(sleepers)] {
      var turn = 0
      repeat \(turns) {
        wait 200us * pow(12, (index * 7 + turn * 13) mod 10) * (1 + (index * (turn + 3)) mod 89)
        checksum = (checksum * 31 + index + woken) mod 1000003
        woken = woken + 1
        turn = turn + 1
      }
    }
    process waits_for_ever[100] {
      wait index * 200d
      wait 106751d
    }
    measure order = checksum
    measure number = woken
    """

  private static func delay(_ index: Int, _ turn: Int) -> Int {
    let scale = Int((200_000 * pow(12, Double((index * 7 + turn * 13) % 10))).rounded())
    return scale * (1 + (index * (turn + 3)) % 89)
  }

  private static func expected() -> Int {
    var pending = (0..<sleepers).map { (time: delay($0, 0), order: $0, index: $0, turn: 0) }
    var (checksum, woken, order) = (0, 0, sleepers)
    while let next = pending.indices.min(by: {
      (pending[$0].time, pending[$0].order) < (pending[$1].time, pending[$1].order)
    }) {
      let (time, _, index, turn) = pending[next]
      checksum = (checksum * 31 + index + woken) % 1_000_003
      woken += 1
      if turn + 1 < turns {
        pending[next] = (time + delay(index, turn + 1), order, index, turn + 1)
        order += 1
      } else {
        pending.remove(at: next)
      }
    }
    return checksum
  }

  @Test func theOrderIsThatOfASortedList() throws {
    let result = try Bench.run(Self.script)
    #expect(result.measure("number").last == Double(Self.sleepers * Self.turns))
    #expect(result.measure("order").last == Double(Self.expected()))
  }
}
