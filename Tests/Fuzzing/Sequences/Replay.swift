import OutageExplorer
import OutageKit
import OutageReport

/// A counterexample of a script, damaged; the undamaged one must fit.
struct ReplayInput: Input {
  let script: Scripts.Script
  let scripts: Scripts
  var json: String?
  var damaged = ""
  var text: String { "# \(script.name)\n\(damaged)" }

  init(_ dice: inout Dice, _ scripts: Scripts) {
    self.scripts = scripts
    script = dice.one(of: scripts.all)
    json = ReplayInput.found(script, scripts)
    guard let json else { return }
    var lines = json.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for _ in 0...dice.below(4) where lines.count > 1 {
      let at = dice.below(lines.count)
      switch dice.below(6) {
      case 0: lines.remove(at: at)
      case 1: lines.insert(dice.one(of: lines), at: at)
      case 2: lines.swapAt(at, dice.below(lines.count))
      case 3:
        lines[at] = lines[at].split(separator: "\"", omittingEmptySubsequences: false).map {
          $0.count > 3 && dice.below(4) == 0 ? String($0.reversed()) : String($0)
        }.joined(separator: "\"")
      case 4: lines[at] = lines[at].replacing(/[0-9]+/) { _ in dice.one(of: Extreme.counts) }
      default:
        var bytes = Array(lines[at].utf8)
        if !bytes.isEmpty { bytes[dice.below(bytes.count)] = UInt8(truncatingIfNeeded: dice.next()) }
        lines[at] = String(decoding: bytes, as: UTF8.self)
      }
    }
    damaged = lines.joined(separator: "\n")
  }

  // One search a script, whatever the number of inputs.
  nonisolated(unsafe) private static var searched: [String: String?] = [:]

  private static func found(_ script: Scripts.Script, _ scripts: Scripts) -> String? {
    if let known = searched[script.name] { return known }
    var options = ExplorationOptions()
    options.search.maxStates = 3000
    options.search.maxMemory = 64 << 20
    let json = (try? scripts.source(script.text).explore(options)).map {
      explorationJSON([("", $0)], file: script.name, version: Version.text, digest: "")
    }
    searched[script.name] = json
    return json
  }

  func isSound() -> Bool {
    guard let json else { return true }
    let source = scripts.source(script.text)
    _ = Self.replayed(damaged, source)
    return Self.replayed(json, source)
  }

  /// Every trace of it fits.
  private static func replayed(_ json: String, _ source: Source) -> Bool {
    guard let saved = try? SavedTraces(Array(json.utf8)) else { return false }
    let report = ReplayText(width: 80, color: false, unicode: true)
    var fits = true
    for exploration in saved.explorations where !exploration.traces.isEmpty {
      guard let replay = try? source.replay(exploration) else {
        fits = false
        continue
      }
      for result in replay.results {
        _ = report.render(result)
        if case .fits = result.outcome { continue }
        fits = false
      }
    }
    return fits
  }
}
