import OutageEngine
import OutageSyntax

/// The events that a page has room for: what repeats is told a few times and counted, and where that is not enough, what
/// matters less gives way to what matters more.
struct Story {
  struct Entry {
    var event: StoryEvent
    /// Events like this one that follow it and are not told, and the time of the last.
    var more: (count: Int, last: Int64)?
  }
  private(set) var entries: [Entry] = []
  private(set) var leftOut = StoryCounts()

  /// Of events that differ in numbers only, this many are told.
  private static let repeats = 3

  init(_ events: [StoryEvent], most: Int, _ interruption: Interruption) {
    var tellings: [String: (count: Int, last: Int)] = [:]
    for event in events {
      if interruption.looks() { break }
      let key = "\(event.kind.rawValue) \(Self.pattern(event.subject)) \(Self.pattern(event.text))"
      let told = tellings[key] ?? (0, 0)
      if told.count >= Self.repeats, event.kind != .violation {
        entries[told.last].more = ((entries[told.last].more?.count ?? 0) + 1, event.time)
      } else {
        tellings[key] = (told.count + 1, entries.count)
        entries.append(Entry(event: event))
      }
    }
    for kinds in Self.gives where entries.count > most { drop(kinds, most) }
  }

  /// What gives way first.
  private static let gives: [[StoryEvent.Kind]] = [
    [.trouble], [.log], [.reached, .timeline], [.rule], [.recovery, .fault, .action], [.violation],
  ]

  /// Drops the last entries of these kinds until the rest has room.
  private mutating func drop(_ kinds: [StoryEvent.Kind], _ most: Int) {
    var excess = entries.count - most
    var k = entries.count - 1
    while excess > 0, k >= 0 {
      if kinds.contains(entries[k].event.kind) {
        leftOut.add(entries[k].event.act, Int64(1 + (entries[k].more?.count ?? 0)))
        entries.remove(at: k)
        excess -= 1
      }
      k -= 1
    }
  }

  /// The text with its numbers taken out.
  private static func pattern(_ text: String) -> String {
    var out: [UInt8] = []
    for byte in text.utf8 {
      let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
      if !isDigit {
        out.append(byte)
      } else if out.last != UInt8(ascii: "#") {
        out.append(UInt8(ascii: "#"))
      }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
