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
  /// The tables that everything names, and where their texts are among the files.
  private var named: [NamedFile]
  private var tables: InputFiles
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
    named = source?.tree.named ?? []
    tables = source?.tables ?? InputFiles()
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
    let whole = SourceTree(items: typed, named: parsed.named)
    let (tree, problems) = expandImports(of: whole, file: index, files: &grown.files) { path, from in
      switch load(path, from == "prompt" ? "" : from) {
      case .success(let file): .success(file.source)
      case .failure(let error): .failure(ImportError(error.reason))
      }
    }
    grown.readTables(tree.named)
    for file in grown.files[files.count...] { grown.digested.add(file) }
    reading.diagnostics += problems
    reading.items = tree.items
    grown.items += tree.items
    for file in grown.files[files.count...] {
      let weight = Self.weight(of: file)
      grown.weight += weight
      grown.weightOfTyped += file.isTable ? weight : weight * 7 / 2 + file.text.count * 4
    }
    reading.text = grown
    return reading
  }

  /// Measured: what is made of a word or a sign takes some 230 bytes.
  private static func weight(of file: SourceFile) -> Int {
    // Some bytes a number, and the number; twice while the table grows.
    if file.isTable { return file.text.count * 4 }
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

  private mutating func readTables(_ more: [NamedFile]) {
    named += more
    let names = files.map(\.name)
    tables.read(more, into: &files) { path, file in
      let from = names.indices.contains(Int(file)) ? names[Int(file)] : ""
      return load(path, from == "prompt" ? "" : from).map(\.source).mapError { SeriesError($0.reason) }
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
      SourceTree(items: items, named: named), files: files, tables: tables, inputs: acts + inputs, interruption)
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
