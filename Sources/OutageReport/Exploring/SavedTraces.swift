public import OutageExplorer
public import OutageSyntax

/// The counterexamples in what `outage explore --format json` wrote.
public struct SavedTraces: Sendable {
  public struct Exploration: Sendable {
    /// The variant or value, as the table names it; or nothing.
    public var name: String
    public var parameters: [(name: String, value: String)]
    /// Requests in hand at once that nobody waited for, at most.
    public var abandoned: Int
    public var traces: [SavedTrace]
  }

  /// File that was explored.
  public var file: String
  public var explorations: [Exploration]

  /// Nothing was violated, or reached.
  public var isEmpty: Bool { explorations.allSatisfy { $0.traces.isEmpty } }

  /// Why a text is not what a search has written.
  public struct Problem: Error, Sendable {
    public var message: String
  }

  /// - Parameter interruption: asked meanwhile whether they are still wanted.
  public init(_ bytes: [UInt8], _ interruption: Interruption = Interruption()) throws(Problem) {
    let json: JSONValue
    do { json = try JSONReader.value(bytes, interruption) } catch { throw Problem(message: "line \(error.line): \(error.message)") }
    guard json["format"]?.text == "outage exploration 1", let explorations = json["explorations"]?.list else {
      throw Problem(message: "it was not written by `outage explore --format json`")
    }
    file = json["file"]?.text ?? ""
    self.explorations = explorations.map(Exploration.init)
    if explorations.isEmpty { throw Problem(message: "there is no exploration in it") }
  }
}

extension SavedTraces.Exploration {
  fileprivate init(_ json: JSONValue) {
    name = json["name"]?.text ?? ""
    parameters = (json["parameters"]?.list ?? []).compactMap { p in
      guard let name = p["name"]?.text, let value = p["value"]?.text else { return nil }
      return (name, value)
    }
    abandoned = min(16, max(0, json["abandoned"]?.integer ?? 1))
    let properties = json["properties"]?.list ?? []
    let searched = properties.compactMap { $0["text"]?.text }
    traces = properties.compactMap { p in
      // The witness of a `sometimes` is no counterexample, and can be replayed as well.
      guard let text = p["text"]?.text, let trace = p["trace"] else { return nil }
      return SavedTrace(
        property: text, searched: searched, steps: (trace["steps"]?.list ?? []).map(ExploreResult.Step.init),
        loop: trace["loop"]?.integer)
    }
  }
}

extension ExploreResult.Step {
  fileprivate init(_ json: JSONValue) {
    self.init(
      kind: json["kind"]?.text.flatMap(Kind.init) ?? .step, actor: json["actor"]?.text ?? "",
      text: json["text"]?.text ?? "", line: json["line"]?.integer ?? 0, file: json["file"]?.text ?? "",
      label: json["label"]?.text ?? "", choices: (json["choices"]?.list ?? []).compactMap(\.text),
      changes: (json["changes"]?.list ?? []).compactMap(\.text))
  }
}
