import OutageEngine

extension TestCase {
  public static let unfinished = "it was not finished"

  /// How the lines that are pinned begin; nil: nothing of this test can be pinned.
  public var pinHead: String? { pin.isEmpty ? nil : "\(name.harmless): " }

  /// Pins what a test that came to an end of its own found.
  package mutating func setPin(_ digest: String = "") {
    pin = ["\(name.harmless): \(extent)" + (digest.isEmpty ? "" : ", state \(digest)")] + pinnedProperties
  }

  private var pinnedProperties: [String] {
    properties.filter { !(isOfRun && $0.claim == .ofPaths) }.map { p in
      let verdict = p.verdict == .violated && p.isMeantViolated ? "violated as meant" : p.verdict.rawValue
      return "  \(p.kind) \"\(p.text.harmless)\": \(verdict), \(p.reason.harmless)"
    }
  }

  /// Puts together what the tests of one script say, and decides how each of them ended.
  ///
  /// A claim that one witness proves (a `sometimes`, a violation that is meant) needs no other: the tests that did not
  /// find one say nothing then. Where the search was stopped before it found one, it is open whether there is one.
  public static func judge(_ cases: [TestCase], isStrict: Bool) -> [TestCase] {
    var cases = cases
    for variant in Set(cases.map(\.variant)) {
      let own = cases.indices.filter { cases[$0].variant == variant }
      let claims = own.flatMap { k in cases[k].properties.filter { $0.claim == .existential }.map { ($0, k) } }
      let shown = Set(claims.filter { $0.0.outcome == .holds }.map { Place($0.0) })
      let open = Set(claims.filter { $0.0.outcome == .unknown && cases[$0.1].kind == .search }.map { Place($0.0) })
      for k in own {
        for i in cases[k].properties.indices where cases[k].properties[i].claim == .existential {
          let place = Place(cases[k].properties[i])
          cases[k].properties[i].isShownElsewhere = shown.contains(place) && cases[k].properties[i].outcome != .holds
          if open.contains(place), cases[k].properties[i].outcome == .violated { cases[k].properties[i].outcome = .unknown }
        }
      }
    }
    for k in cases.indices { cases[k].decide(isStrict) }
    return cases
  }

  private mutating func decide(_ isStrict: Bool) {
    if outcome == .notSearched, isStrict { outcome = .unknown }
    guard outcome == .passed else { return }
    let findings = findings
    if findings.contains(where: { $0.outcome == .violated }) {
      outcome = .violated
    } else if !findings.isEmpty || isCutShort && (isOfRun || properties.isEmpty) {
      outcome = .unknown
    } else if isStrict, !blindSpots.isEmpty {
      outcome = .violated
    }
  }
}

/// Which property it is, in every test of a script.
private struct Place: Hashable {
  var file: String
  var line: Int
  var text: String
  init(_ p: TestedProperty) { (file, line, text) = (p.file, p.line, p.text) }
}
