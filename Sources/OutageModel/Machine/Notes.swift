// What an island writes down for the story and the trace: records of words, read between windows.

public enum NoteKind: Int64, Sendable {
  case log, failedCall, violated, reached
  case crash, restart, stall, slow, cut, drop, heal, held, stallEnded, slowEnded, cleared
  // Trace only
  case started, succeeded, arrived, completed, failed, refused, dropped, expired, renewed, lapsed, removed, returned
}

/// A note: kind | words << 32, time, element, step, words…
public struct Note {
  public var kind: NoteKind
  public var time: Int64
  public var element: Int
  public var step: Int
  public var words: [Int64]
}

extension Island {
  /// Notes an island keeps between two looks, in words. Of logs and failed calls far fewer, the fewer the more islands there
  /// are: still more than a story holds of a step, so that telling them takes no time that a host would notice.
  private static var noteLimit: Int { 1 << 22 }
  private var chatterLimit: Int { max(1 << 12, (1 << 17) / tables.islandCount) }

  @inline(never)
  private func head(_ kind: NoteKind, _ own: Int, _ count: Int) -> Bool {
    let limit = kind == .log || kind == .failedCall ? chatterLimit : Self.noteLimit
    if p.pointee.notes.count > limit, !p.pointee.isTraced { return false }
    p.pointee.notes.append(kind.rawValue | Int64(count) << 32)
    p.pointee.notes.append(now)
    p.pointee.notes.append(Int64(own))
    p.pointee.notes.append(Int64(step))
    return true
  }

  func note(_ kind: NoteKind, _ own: Int, _ word: Int64) {
    if head(kind, own, 1) { p.pointee.notes.append(word) }
  }

  func note(_ kind: NoteKind, _ own: Int, _ words: UnsafeMutablePointer<Int64>, _ count: Int) {
    if head(kind, own, count) { for k in 0..<count { p.pointee.notes.append(words[k]) } }
  }

  /// Five words: first and last element, then three of the fault's own.
  func noteFault(
    _ own: Int, _ kind: NoteKind, _ a: Int64, _ b: Int64, _ c: Int64 = 0, _ d: Int64 = 0, _ e: Int64 = 0
  ) {
    guard head(kind, own, 5) else { return }
    for word in [a, b, c, d, e] { p.pointee.notes.append(word) }
  }

  /// A log: template, then its values.
  func noteLog(_ own: Int, _ template: Int, _ r: UnsafeMutablePointer<Int64>, _ count: Int) {
    guard head(.log, own, count + 1) else { return }
    p.pointee.notes.append(Int64(template))
    for k in 0..<count { p.pointee.notes.append(r[k]) }
  }

  @inline(never)
  func trace(_ kind: NoteKind, _ own: Int, _ detail: Int) { note(kind, own, Int64(detail)) }

  /// The note that begins at a word.
  func note(at: Int) -> Note {
    let base = p.pointee.notes.base + at
    return Note(
      kind: NoteKind(rawValue: base[0] & 0xFFFF_FFFF).unsafelyUnwrapped, time: base[1], element: Int(base[2]),
      step: Int(base[3]), words: (0..<Int(base[0] >> 32)).map { base[4 + $0] })
  }

  func noteTime(at: Int) -> Int64 { p.pointee.notes.base[at + 1] }

  /// Where the note after one begins.
  func afterNote(at: Int) -> Int { at + 4 + Int(p.pointee.notes.base[at] >> 32) }
}
