import OutageCompiler
import OutageSemantics
import OutageSyntax

/// Why a run cannot begin: a wrong option. Words for people, and what would be right.
public struct UsageProblem: Error, Sendable {
  public var message: String
  public var help: String?
  public init(_ message: String, help: String? = nil) {
    self.message = message
    self.help = help
  }
}

/// Turns `name=value` texts and a variant into values of parameters.
func settings(_ program: CheckedProgram, _ texts: [(String, String)], variant: String?) throws(UsageProblem)
  -> [Int: ParamValue]
{
  var values: [Int: ParamValue] = [:]
  if let variant {
    guard let found = program.variants.first(where: { $0.name == variant }) else {
      let names = program.variants.map(\.name)
      throw UsageProblem(
        "there is no variant \"\(variant)\"",
        help: names.isEmpty
          ? "the script has no variants" : suggestion(variant, names, quoted: true))
    }
    for s in found.settings { values[s.param] = .expression(s.value) }
  }
  for (name, text) in texts {
    guard let k = program.params.firstIndex(where: { $0.name == name }) else {
      let names = program.params.map(\.name)
      throw UsageProblem(
        "there is no parameter \(name)",
        help: names.isEmpty ? "the script has no parameters" : suggestion(name, names, quoted: false))
    }
    values[k] = try value(text, program.params[k], program)
  }
  return values
}

private func suggestion(_ name: String, _ names: [String], quoted: Bool) -> String {
  let list = names.map { quoted ? "\"\($0)\"" : $0 }.joined(separator: ", ")
  if let nearest = Spelling.nearest(name, in: names) {
    return "did you mean \(quoted ? "\"\(nearest)\"" : nearest)? There are: \(list)"
  }
  return "there are: \(list)"
}

/// One value as typed on a command line.
private func value(_ text: String, _ param: CheckedProgram.Param, _ program: CheckedProgram) throws(UsageProblem)
  -> ParamValue
{
  if param.type == .text { return .text(text) }
  let file = SourceFile(name: param.name, text: Array(text.utf8))
  let input = parseInput(file, index: 0)
  if input.diagnostics.isEmpty, input.inputs.count == 1, case .expression(let e) = input.inputs[0],
    let word = word(e, param.type, program)
  {
    return .word(word)
  }
  throw UsageProblem("\(param.name) cannot be \(text)", help: "\(param.name) is \(phrase(param.type, program))")
}

private func word(_ e: Expression, _ type: Type, _ program: CheckedProgram) -> Int64? {
  func bits(_ v: Double) -> Int64 { Int64(bitPattern: v.bitPattern) }
  switch (e.kind, type) {
  case (.count(let v), .count): return v
  case (.count(let v), .number): return bits(Double(v))
  case (.number(let v), .number), (.share(let v), .number), (.rate(let v), .rate): return bits(v)
  case (.duration(let v), .duration): return v
  case (_, .time):
    guard case .elapsed(let time)? = program.clock.begins.reading(of: e) else { return nil }
    return time
  case (.truth(let v), .truth): return v ? 1 : 0
  case (.name("on"), .truth), (.name("yes"), .truth): return 1
  case (.name("off"), .truth), (.name("no"), .truth): return 0
  case (.name(let name), .choice(let id)): return program.choices[id].names.firstIndex(of: name).map(Int64.init)
  case (.truth(let v), .choice(let id)):
    return program.choices[id].names.firstIndex(of: v ? "true" : "false").map(Int64.init)
  case (.unary(.negate, let inner), .count), (.unary(.negate, let inner), .duration):
    // Numerals reach as far as the greatest number, and so does what is below zero.
    return word(inner, type, program).map { 0 &- $0 }
  case (.unary(.negate, let inner), .number), (.unary(.negate, let inner), .rate):
    return word(inner, type, program).map { bits(-Double(bitPattern: UInt64(bitPattern: $0))) }
  default: return nil
  }
}

private func phrase(_ type: Type, _ program: CheckedProgram) -> String {
  switch type {
  case .truth: "true or false"
  case .count: "a count, such as 10"
  case .number: "a number, such as 0.5 or 5%"
  case .duration: "a duration, such as 30s or 5m"
  case .rate: "a rate, such as 50/s"
  case .time: "a clock time, such as 02:25"
  case .choice(let id): "one of " + program.choices[id].names.joined(separator: ", ")
  default: "a text"
  }
}
