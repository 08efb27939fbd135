import OutageKit
import OutageReport
import OutageSyntax

/// A right script with one to three of its numbers, durations or times put to an extreme.
struct NumbersInput: Input {
  var bytes: [UInt8]
  let scripts: Scripts
  var text: String { String(decoding: bytes, as: UTF8.self) }

  init(_ dice: inout Dice, _ scripts: Scripts) {
    self.scripts = scripts
    var words = Scripts.words(dice.one(of: scripts.all).text)
    let places = words.indices.filter { words[$0].first.map { (48...57).contains($0) } ?? false }
    for _ in 0...dice.below(3) where !places.isEmpty {
      words[dice.one(of: places)] = Array(dice.one(of: Extreme.all).utf8)[...]
    }
    bytes = Array(words.joined())
  }

  func isSound() -> Bool {
    let source = scripts.source(bytes)
    let renderer = DiagnosticRenderer(files: source.files, color: false)
    for diagnostic in source.diagnostics.prefix(3) { _ = renderer.render(diagnostic) }
    guard source.program != nil else { return true }
    Tried.run(source)
    Tried.search(source)
    return true
  }
}

/// A right script whose parameters are set to extremes.
struct SettingsInput: Input {
  let script: Scripts.Script
  let scripts: Scripts
  var settings: [(String, String)] = []
  var text: String {
    settings.map { "# --set \($0.0)=\($0.1)\n" }.joined() + String(decoding: script.text, as: UTF8.self)
  }

  init(_ dice: inout Dice, _ scripts: Scripts) {
    self.scripts = scripts
    let withParams = scripts.all.filter { !$0.params.isEmpty }
    script = dice.one(of: withParams.isEmpty ? scripts.all : withParams)
    for name in script.params where dice.below(3) == 0 {
      settings.append((name, dice.one(of: dice.below(8) == 0 ? Extreme.words : Extreme.all)))
    }
  }

  func isSound() -> Bool {
    let source = scripts.source(script.text)
    Tried.run(source, settings: settings)
    Tried.search(source, settings: settings)
    return true
  }
}
