import Testing

import OutageREPL

@Suite struct CompletionTests {
  private func complete(_ line: String, _ word: String) throws -> [String] {
    let desk = try Desk()
    desk.type(":load docs/repl/leases.outage")
    return desk.session.completions(of: line, word: word)
  }

  @Test("commands, nodes, members, parameters, labels and topics complete")
  func words() throws {
    #expect(try complete(":me", ":me") == [":measures"])
    #expect(try complete("dro", "dro") == ["drop", "droplet"])
    #expect(try complete("droplet.ac", "droplet.ac").contains("droplet.active"))
    #expect(try complete("dwfm[0].queue.", "dwfm[0].queue.").contains("dwfm[0].queue.length"))
    #expect(try complete(":set le", "le") == ["leases"])
    #expect(try complete(":help lea", "lea") == ["lease"])
    #expect(try complete(":mode ", "") == ["csv", "json", "markdown", "text"])
    #expect(try complete(":variant s", "s") == ["shed"])
    #expect(try complete(":nothing ", "").isEmpty)
  }
}
