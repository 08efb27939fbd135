import OutageCompiler
import OutageEngine
import OutageSyntax

extension LiveWorld {
  /// Gives a parameter another value from here on.
  public func set(_ name: String, _ value: String) throws(RunProblem) {
    try apply(name, value)
    record(.set(name: name, value: value))
  }

  func apply(_ name: String, _ value: String) throws(RunProblem) {
    var texts = set
    texts.removeAll { $0.0 == name }
    texts.append((name, value))
    let values: [Int: ParamValue]
    do { values = try OutageKit.settings(program, texts, variant: options.variant) } catch { throw .usage(error) }
    do {
      let resetting = try ground.reset(program, settings: values, files: text.files)
      set = texts
      ground = resetting.ground
      run.reset(resetting.ground.image, words: resetting.words, nodeWords: resetting.nodeWords)
    } catch { throw RunProblem(error) }
    relook()
  }
}
