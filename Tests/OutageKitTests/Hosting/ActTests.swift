import OutageKit
import Synchronization
import Testing

/// A host acts as often as it likes, and what is given up leaves nothing behind.
@Suite struct ActTests {
  /// What was done at the start is done again for each item that joins the script there.
  @Test func actsAndItemsAtTheStartGoTogether() throws {
    let source = Source(name: "script", text: Array("var x = 0\nqueue q\n".utf8)) { _, _ in
      .failure(LoadError("no such file"))
    }
    let world = try LiveWorld(source, LiveOptions())
    for k in 1...40 {
      _ = try world.enter("x = x + \(k)")
      _ = try world.enter("q.put(\(k))")
      _ = try world.enter("measure m\(k) = x + \(k)")
    }
    #expect(world.lost.isEmpty)
    #expect(world.files.count == 121, "\(world.files.count) sources: those of acts are read once")
    _ = world.go(to: Moment(ticks: 3))
    func text(_ expression: String) throws -> String { try world.writer.text(world.value(of: expression)) }
    #expect(try text("x") == "820" && text("q.length") == "40" && text("m40") == "860")
    _ = world.go(to: .start)
    #expect(try text("x") == "820" && text("q.length") == "40")
  }

  /// Wherever the time is up, the world is as it was before.
  @Test(arguments: [0, 3]) func anActThatIsGivenUpLeavesNothing(_ ticks: Int) throws {
    let program = Program(
      (0..<300).map { "var a\($0) = \($0)\n" }.joined() + "process p { loop { wait 1s; a0 = a0 + 1 } }\n")
    let s = try Simulation(program)
    _ = try s.act("a1 = 7")
    _ = s.step(Int64(ticks))
    var given = 0
    for most in 1...100 {
      let looks = Mutex(0)
      s.budgets.wallTime = WallTime(.seconds(most)) {
        .seconds(
          looks.withLock {
            $0 += 1; return $0
          })
      }
      do {
        try s.act("measure b = a0 + a1")
        break
      } catch {
        #expect(error.limit == .wallTime(.seconds(most)))
        given += 1
      }
      s.budgets.wallTime = nil
      #expect(throws: Refusal.self) { try s.value(of: "b") }
      #expect(throws: Refusal.self) { try s.fork().value(of: "b") }
      #expect(try s.value(of: "a0 + a1") == .count(Int64(7 + ticks)))
    }
    s.budgets.wallTime = nil
    #expect(given > 3)
    _ = s.step(1)
    #expect(try s.value(of: "b") == .count(Int64(8 + ticks)))
    #expect(try s.fork().value(of: "b") == .count(Int64(8 + ticks)))
  }
}
