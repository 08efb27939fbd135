import OutageModel

/// Notes as JSON lines: `{"t":1000000,"event":"arrived","node":"dwfm[3]","handler":"renew"}`; t in ns since the start.
struct TraceLines {
  let names: Names

  func line(_ note: Note) -> String? {
    let meta = names.image.meta
    let node = names.element(note.element)
    var line = "{\"t\":\(note.time),\"event\":\"\(word(note.kind))\",\"node\":\"\(node)\""
    switch note.kind {
    case .arrived, .completed, .failed, .refused, .dropped, .expired:
      let n = Int(names.image.tables.elementNode[note.element])
      if let handlers = meta.handlerNames[n], handlers.indices.contains(Int(note.words[0])),
        !handlers[Int(note.words[0])].isEmpty
      {
        line += ",\"handler\":\"\(handlers[Int(note.words[0])])\""
      }
    case .removed, .returned: line += ",\"target\":\(note.words[0])"
    case .failedCall: line += ",\"status\":\"\((CallStatus(rawValue: note.words[0]) ?? .failed).words)\""
    case .violated, .reached: line += ",\"property\":\(note.words[0])"
    case .crash, .restart, .stall, .slow, .cut, .drop, .heal, .held, .cleared:
      if note.words[0] >= 0 {
        line += ",\"on\":\"\(names.elements(Int(note.words[0]), Int(note.words[1])))\""
      }
    case .log, .stallEnded, .slowEnded, .started, .succeeded, .renewed, .lapsed: break
    }
    return line + "}\n"
  }

  /// What the whole world comes to at a look.
  static func state(at time: Int64, _ digest: String) -> String {
    "{\"t\":\(time),\"event\":\"state\",\"digest\":\"\(digest)\"}\n"
  }

  private func word(_ kind: NoteKind) -> String {
    switch kind {
    case .failedCall: "failed_call"
    case .stallEnded: "stall_ended"
    case .slowEnded: "slow_ended"
    default: "\(kind)"
    }
  }
}
