import OutageCompiler
public import OutageExplorer
public import OutageModel
import OutageSemantics
public import OutageSyntax

/// What a search of orders may be told from outside.
public struct ExplorationOptions {
  /// Parameters by name, values as written in a script.
  public var settings: [(String, String)] = []
  public var variant: String?
  /// The functions that the script declares as `extern fn`.
  public var host: [HostFunction] = []
  public var search = ExploreOptions()
  /// Asked now and then whether to go on.
  public var halt: (SearchProgress) -> SearchHalt = { _ in .goOn }
  /// Asked before the search, while what it needs is made, whether to stop.
  public var watch: Watch?
  public init() {}

  /// Asks before the search, while what it needs is made, whether to stop.
  public mutating func endWhen(_ wantsToStop: @escaping @Sendable () -> Bool) { watch = Watch(wantsToStop) }
}

/// One of several explorations of a script: with a variant, or with a value of a parameter.
public struct ExplorationCase: Sendable {
  /// `fix = cas`, or the name of the variant.
  public var name: String
  public var settings: [(String, String)]
  public var variant: String?
  public init(name: String, settings: [(String, String)], variant: String?) {
    self.name = name
    self.settings = settings
    self.variant = variant
  }
}

extension RunProblem {
  /// What a search cannot follow is wrong in the script; what it was asked for, in the asking.
  init(_ problem: ExploreProblem) {
    guard let place = problem.place else {
      self = .usage(UsageProblem(problem.message, help: problem.help))
      return
    }
    let span = Span(file: place.file, start: place.from, end: place.to)
    self = .script([Diagnostic(code: "E0801", problem.message, at: span, help: problem.help)])
  }
}

extension Source {
  /// The image for exploring: the script's `explore` bounds count, whatever the variant says, unless a setting
  /// says otherwise.
  public func imageToExplore(
    settings texts: [(String, String)] = [], variant: String? = nil, host: [HostFunction] = [],
    memory: Int = .max, interruption: Interruption = Interruption()
  ) throws(RunProblem) -> Image {
    guard let program else { throw RunProblem(diagnostics) }
    var values: [Int: ParamValue]
    do {
      values = try OutageKit.settings(program, [], variant: variant)
      for bound in program.exploreBounds { values[bound.param] = .expression(bound.value) }
      values.merge(try OutageKit.settings(program, texts, variant: nil)) { $1 }
    } catch { throw .usage(error) }
    do {
      return try compile(
        program, settings: values, files: files, host: host, forExploring: true, memory: memory,
        interruption: interruption)
    } catch { throw RunProblem(error) }
  }

  /// Searches every order of steps.
  public func explore(_ options: ExplorationOptions) throws(RunProblem) -> ExploreResult {
    let image = try imageToExplore(
      settings: options.settings, variant: options.variant, host: options.host, memory: options.search.maxMemory,
      interruption: Interruption(options.watch))
    do { return try explore(image, options) } catch { throw RunProblem(error) }
  }

  func explore(_ image: Image, _ options: ExplorationOptions) throws(ExploreProblem) -> ExploreResult {
    var result = try OutageExplorer.explore(image, options.search, halt: options.halt)
    result.variant = options.variant
    result.outranked = outranked(options, image)
    return result
  }

  /// Parameters that the variant sets, and the script's bounds to something for searches, with their values.
  private func outranked(_ options: ExplorationOptions, _ image: Image) -> [String] {
    guard let program, let variant = program.variants.first(where: { $0.name == options.variant }) else { return [] }
    let bounded = variant.settings.map(\.param).filter { param in
      program.exploreBounds.contains { $0.param == param }
        && !options.settings.contains { $0.0 == program.params[param].name }
    }
    let names = Set(bounded.map { program.params[$0].name })
    return image.meta.params.filter { names.contains($0.name) }.map { "\($0.name) = \($0.value)" }
  }

  /// The explorations of `--vary`: all values of a choice or truth (`fix`), or those listed (`enactors=2,3`).
  public func cases(varying text: String) throws(UsageProblem) -> [ExplorationCase] {
    guard let program else { return [] }
    let parts = text.split(separator: "=", maxSplits: 1).map { String($0) }
    guard let name = parts.first, let param = program.params.first(where: { $0.name == name }) else {
      throw UsageProblem(
        "there is no parameter \(parts.first ?? "")",
        help: "there are: " + program.params.map(\.name).joined(separator: ", "))
    }
    let values: [String]
    if parts.count == 2 {
      values = parts[1].split(separator: ",").map { String($0) }
    } else {
      switch param.type {
      case .choice(let id): values = program.choices[id].names
      case .truth: values = ["false", "true"]
      default: throw UsageProblem("--vary \(name) needs values", help: "write --vary \(name)=2,3")
      }
    }
    return values.map { ExplorationCase(name: "\(name) = \($0)", settings: [(name, $0)], variant: nil) }
  }

  /// The explorations of `--variant all`: the script as it stands, then each variant.
  public var casesOfVariants: [ExplorationCase] {
    [ExplorationCase(name: "as written", settings: [], variant: nil)]
      + (program?.variants ?? []).map { ExplorationCase(name: $0.name, settings: [], variant: $0.name) }
  }
}
