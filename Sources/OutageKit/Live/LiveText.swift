import OutageSemantics
import OutageSyntax

/// A script and all that was typed to it since: what the checker sees.
struct LiveText {
  var files: [SourceFile]
  private var digested: SourceDigest
  var items: [Item]
  /// Statements that were done and told something of types, such as what they put into queues.
  private(set) var acts: [InputResult.Input] = []
  /// All that were done at the start: they are done again when an item joins the script there.
  private(set) var actsAtStart: [InputResult.Input] = []
  /// What is known of types by `items` and `acts`; nil: nobody has looked.
  private var learned: Learned?
  private var series: [String: Result<[Double], SeriesError>]
  /// Bytes that everything takes once it is checked and compiled, about; texts are shared with what was before.
  private(set) var weight: Int
  /// What was typed takes in a world that lives: with its texts, and with room to grow.
  private(set) var weightOfTyped = 0
  private let load: (String, String) -> Result<LoadedFile, LoadError>

  init(_ source: Source?, load: @escaping (String, String) -> Result<LoadedFile, LoadError>) {
    files = source?.files ?? [SourceFile(name: "prompt", text: [])]
    digested = source?.digested ?? SourceDigest(files)
    items = source?.tree.items ?? []
    weight = files.reduce(0) { $0 + Self.weight(of: $1) }
    series = source?.series ?? [:]
    self.load = load
  }

  /// What was read of one input: its parts, with what it imports.
  struct Reading {
    var text: LiveText
    var items: [Item] = []
    var inputs: [InputResult.Input] = []
    var diagnostics: [Diagnostic]
    var isUnfinished: Bool
  }

  /// Reads a line (or several) as typed.
  func reading(_ line: String) -> Reading {
    var grown = self
    let index = Int32(files.count)
    let file = SourceFile(name: "prompt", text: Array(line.utf8))
    let parsed = parseInput(file, index: index)
    var reading = Reading(text: self, diagnostics: parsed.diagnostics, isUnfinished: parsed.isUnfinished)
    grown.files.append(file)
    var typed: [Item] = []
    for input in parsed.inputs {
      if case .item(let item) = input { typed.append(item) } else { reading.inputs.append(input) }
    }
    let (tree, problems) = expandImports(of: SourceTree(items: typed), file: index, files: &grown.files) { path, from in
      switch load(path, from == "prompt" ? "" : from) {
      case .success(let file): .success(SourceFile(name: file.name, text: file.text))
      case .failure(let error): .failure(ImportError(error.reason))
      }
    }
    for file in grown.files[files.count...] { grown.digested.add(file) }
    reading.diagnostics += problems
    reading.items = tree.items
    grown.items += tree.items
    grown.readSeries(tree)
    for file in grown.files[files.count...] {
      let weight = Self.weight(of: file)
      grown.weight += weight
      grown.weightOfTyped += weight * 7 / 2 + file.text.count * 4
    }
    reading.text = grown
    return reading
  }

  /// Measured: what is made of a word or a sign takes some 230 bytes.
  private static func weight(of file: SourceFile) -> Int {
    var words = 0
    var isInText = false
    var isInWord = false
    for byte in file.text {
      if byte == UInt8(ascii: "\"") { isInText.toggle() }
      let goesOn =
        byte >= 0x80 || byte == UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
        || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
      if isInText {
        // Values within a text.
        if byte == UInt8(ascii: "{") { words += 4 }
      } else if byte > 0x20, !goesOn || !isInWord {
        words += 1
      }
      isInWord = goesOn
    }
    return words * 230
  }
  /// Of the script and what was typed to it.
  var digest: String { digested.text }

  private mutating func readSeries(_ tree: SourceTree) {
    for (path, span) in seriesPaths(tree) {
      let from = files.indices.contains(Int(span.file)) ? files[Int(span.file)].name : ""
      switch load(path, from == "prompt" ? "" : from) {
      case .success(let file):
        series[path] = numbers(file.text).map { .success($0) } ?? .failure(SeriesError("a line is not numbers"))
      case .failure(let error): series[path] = .failure(SeriesError(error.reason))
      }
    }
  }

  /// What became of everything and of some inputs.
  struct Checked {
    var program: CheckedProgram?
    var inputs: [CheckedInput]
    var diagnostics: [Diagnostic]
    var learned: Learned?
  }

  /// Checks everything, with `inputs` after the acts of before; gives what became of those inputs.
  func check(_ inputs: [InputResult.Input], _ interruption: Interruption) -> Checked {
    let result = OutageSemantics.check(
      SourceTree(items: items), files: files,
      series: { [series] path, _ in series[path] ?? .failure(SeriesError("it was not read")) },
      inputs: acts + inputs, interruption)
    return Checked(
      program: result.program, inputs: Array(result.inputs.suffix(inputs.count)), diagnostics: result.diagnostics,
      learned: result.learned)
  }

  /// Statements were done. Those that tell nothing new are forgotten: who acts a thousand times waits no longer the last time.
  mutating func note(_ acts: Acts, atStart: Bool) {
    if atStart { actsAtStart += acts.inputs }
    if learned == nil || acts.learned != learned { self.acts += acts.inputs }
    learned = acts.learned
  }

  /// The world begins again.
  mutating func forgetActs() { (acts, actsAtStart, learned) = ([], [], nil) }
}
