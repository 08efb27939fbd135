import OutageCompiler
import OutageEngine
import OutageSemantics
import OutageSyntax

extension LiveWorld {
  /// What a world that begins again takes over from the one before.
  public enum Keeping {
    /// The items that were typed, all of them from the start.
    case items
    /// Everything that was done, each at its moment.
    case deeds
  }

  /// The same world from its start, under other options or from a script that was read again.
  public convenience init(
    again world: LiveWorld, _ options: LiveOptions, keeping: Keeping, source: Source? = nil
  ) throws(RunProblem) {
    let script = source.map { LiveText($0, load: options.load) } ?? world.script
    let deeds = keeping == .deeds ? Array(world.deeds.prefix(world.done)) : world.itemsFromTheStart()
    var text = script
    for deed in deeds where deed.moment == .start {
      if case .typed(let line) = deed.kind { text = text.reading(line).text }
    }
    try self.init(script, text, options)
    self.deeds = deeds
    while done < deeds.count, deeds[done].moment == .start {
      let deed = deeds[done]
      switch deed.kind {
      case .typed(let line):
        redoActs(line)
        done += 1
      case .set: redo(deed)
      }
    }
    keep()
  }

  /// The items that were typed, without the acts between them.
  private func itemsFromTheStart() -> [Deed] {
    deeds.prefix(done).compactMap { deed in
      guard case .typed(let line) = deed.kind else { return nil }
      let bytes = Array(line.utf8)
      let items = parseInput(SourceFile(name: "prompt", text: bytes), index: 0).inputs.compactMap { input -> String? in
        guard case .item(let item) = input else { return nil }
        return String(decoding: bytes[Int(item.span.start)..<Int(item.span.end)], as: UTF8.self)
      }
      return items.isEmpty ? nil : Deed(moment: .start, kind: .typed(items.joined(separator: "\n")))
    }
  }

  // MARK: Two histories

  /// Where two worlds part.
  public enum Divergence: Sendable {
    case never
    case interrupted
    /// ns since the start; which value, here and there.
    case at(Int64, what: String, mine: String, theirs: String)
  }

  /// The first look at which something that can be seen differs between this world and another of the same script.
  public func divergence(from other: LiveWorld, _ following: Following = Following()) -> Divergence {
    var common = Moment.start
    let isAlike =
      options.seed == other.options.seed && options.variant == other.options.variant
      && options.settings.elementsEqual(other.options.settings) { $0 == $1 }
    if isAlike {
      let mine = deeds.prefix(done)
      let theirs = other.deeds.prefix(other.done)
      let shared = zip(mine, theirs).prefix { $0 == $1 }.count
      if shared == mine.count, shared == theirs.count { return .never }
      let next = [mine.dropFirst(shared).first, theirs.dropFirst(shared).first].compactMap { $0?.moment }
      common = Moment(ticks: next.min()?.ticks ?? 0)
    }
    let end = min(Moment(ticks: run.ticks), Moment(ticks: other.run.ticks))
    guard let a = LiveWorld(past: self, at: min(common, end), following),
      let b = LiveWorld(past: other, at: min(common, end), following)
    else { return .interrupted }
    let lines = Array(Set(a.telling).intersection(b.telling)).sorted().prefix(200)
    let mine = a.watch(all: Array(lines))
    let theirs = b.watch(all: Array(lines))
    var at = min(common, end)
    while true {
      guard case .there = a.go(to: at, following), case .there = b.go(to: at, following) else { return .interrupted }
      for (k, line) in lines.enumerated() {
        let (x, y) = (a.sight(mine[k]), b.sight(theirs[k]))
        if x != y { return .at(a.now, what: line, mine: a.writer.text(x), theirs: b.writer.text(y)) }
      }
      if at >= end { return .never }
      at = Moment(ticks: at.ticks + 1)
    }
  }

  /// Samples of an expression at every look from the start to now. nil: interrupted.
  public func series(of line: String, _ following: Following = Following()) throws(Mistake) -> (
    times: [Int64], values: [Double]
  )? {
    guard let other = LiveWorld(past: self, at: .start, following) else { return nil }
    let handle: Int
    switch other.watch(line) {
    case .failure(let mistake): throw mistake
    case .success(let k): handle = k
    }
    let end = Moment(ticks: run.ticks)
    var times: [Int64] = []
    var values: [Double] = []
    var at = Moment.start
    while true {
      switch other.go(to: at, following) {
      case .there: break
      case .interrupted: return nil
      default: return (times, values)
      }
      let number = other.sight(handle).number
      // Before there is a first value nothing is told, behind it there is a gap.
      if number != nil || !values.isEmpty {
        times.append(other.now)
        values.append(number ?? .nan)
      }
      if at >= end { return (times, values) }
      at = Moment(ticks: at.ticks + 1)
    }
  }

  /// The last events before now as lines of JSON, `count` of them where there were as many in the last 65536 looks. nil:
  /// interrupted.
  public func trace(_ count: Int, _ following: Following = Following()) -> [String]? {
    var back: Int64 = 1
    while true {
      var lines: [String] = []
      let other = LiveWorld(past: self, at: Moment(ticks: max(0, run.ticks - back)), following) { line in
        if lines.count >= 2 * count + 1000 { lines.removeFirst(lines.count - count) }
        lines.append(line)
      }
      lines = []
      guard let other else { return nil }
      if case .interrupted = other.go(to: moment, following) { return nil }
      if lines.count >= count || back >= run.ticks || back > 1 << 16 { return Array(lines.suffix(count)) }
      back *= 4
    }
  }
}

extension Deed: Equatable {
  public static func == (a: Deed, b: Deed) -> Bool {
    guard a.moment == b.moment else { return false }
    switch (a.kind, b.kind) {
    case (.typed(let x), .typed(let y)): return x == y
    case (.set(let x, let v), .set(let y, let w)): return x == y && v == w
    default: return false
    }
  }
}
